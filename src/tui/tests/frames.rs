use super::super::testing::Harness;

#[test]
fn look() {
    let mut h = Harness::new(150, 45, 60);
    println!("{}", h.screen());
    h.send(super::super::msg::Msg::Resize(80, 24));
    println!("{}", h.screen());
    h.keys("m");
    println!("{}", h.screen());
    h.keys("r");
    println!("{}", h.screen());
    h.keys("1 j");
    println!("{}", h.screen());
}

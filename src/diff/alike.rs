//! Texts that look the same and are not: a letter with its mark may be one character or two, and some characters show
//! nothing.

/// Returns why two texts that differ look the same; `None` where they do not.
pub fn why_alike(a: &str, b: &str) -> Option<&'static str> {
    if a == b {
        return None;
    }
    if visible(a) == visible(b) {
        return Some("differs in characters that show nothing");
    }
    (taken_apart(a) == taken_apart(b)).then_some(
        "looks the same: letter and mark are one character in one, two in the other (Unicode NFC, NFD)",
    )
}

fn visible(text: &str) -> String {
    text.chars().filter(|c| !is_invisible(*c)).collect()
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}')
}

/// Returns a text with its letters taken apart from their marks.
fn taken_apart(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    text.chars().for_each(|c| take_apart(c, &mut out));
    out
}

fn take_apart(c: char, out: &mut String) {
    match parts(c) {
        Some((letter, mark)) => {
            take_apart(letter, out);
            out.push(mark);
        }
        None => out.push(c),
    }
}

/// Returns the letter and the mark that a character is made of.
fn parts(c: char) -> Option<(char, char)> {
    if c.is_ascii() {
        return None;
    }
    let mut all = COMPOSED.chars();
    while let (Some(whole), Some(letter), Some(mark)) = (all.next(), all.next(), all.next()) {
        if whole == c {
            return Some((letter, mark));
        }
    }
    None
}

/// Each character of Latin, Greek, Cyrillic and kana that is a letter and a mark, with these behind it.
const COMPOSED: &str = "\
    ÀA\u{300}ÁA\u{301}ÂA\u{302}ÃA\u{303}ÄA\u{308}ÅA\u{30a}ÇC\u{327}ÈE\u{300}ÉE\u{301}ÊE\u{302}ËE\u{308}\
    ÌI\u{300}ÍI\u{301}ÎI\u{302}ÏI\u{308}ÑN\u{303}ÒO\u{300}ÓO\u{301}ÔO\u{302}ÕO\u{303}ÖO\u{308}ÙU\u{300}\
    ÚU\u{301}ÛU\u{302}ÜU\u{308}ÝY\u{301}àa\u{300}áa\u{301}âa\u{302}ãa\u{303}äa\u{308}åa\u{30a}çc\u{327}\
    èe\u{300}ée\u{301}êe\u{302}ëe\u{308}ìi\u{300}íi\u{301}îi\u{302}ïi\u{308}ñn\u{303}òo\u{300}óo\u{301}\
    ôo\u{302}õo\u{303}öo\u{308}ùu\u{300}úu\u{301}ûu\u{302}üu\u{308}ýy\u{301}ÿy\u{308}ĀA\u{304}āa\u{304}\
    ĂA\u{306}ăa\u{306}ĄA\u{328}ąa\u{328}ĆC\u{301}ćc\u{301}ĈC\u{302}ĉc\u{302}ĊC\u{307}ċc\u{307}ČC\u{30c}\
    čc\u{30c}ĎD\u{30c}ďd\u{30c}ĒE\u{304}ēe\u{304}ĔE\u{306}ĕe\u{306}ĖE\u{307}ėe\u{307}ĘE\u{328}ęe\u{328}\
    ĚE\u{30c}ěe\u{30c}ĜG\u{302}ĝg\u{302}ĞG\u{306}ğg\u{306}ĠG\u{307}ġg\u{307}ĢG\u{327}ģg\u{327}ĤH\u{302}\
    ĥh\u{302}ĨI\u{303}ĩi\u{303}ĪI\u{304}īi\u{304}ĬI\u{306}ĭi\u{306}ĮI\u{328}įi\u{328}İI\u{307}ĴJ\u{302}\
    ĵj\u{302}ĶK\u{327}ķk\u{327}ĹL\u{301}ĺl\u{301}ĻL\u{327}ļl\u{327}ĽL\u{30c}ľl\u{30c}ŃN\u{301}ńn\u{301}\
    ŅN\u{327}ņn\u{327}ŇN\u{30c}ňn\u{30c}ŌO\u{304}ōo\u{304}ŎO\u{306}ŏo\u{306}ŐO\u{30b}őo\u{30b}ŔR\u{301}\
    ŕr\u{301}ŖR\u{327}ŗr\u{327}ŘR\u{30c}řr\u{30c}ŚS\u{301}śs\u{301}ŜS\u{302}ŝs\u{302}ŞS\u{327}şs\u{327}\
    ŠS\u{30c}šs\u{30c}ŢT\u{327}ţt\u{327}ŤT\u{30c}ťt\u{30c}ŨU\u{303}ũu\u{303}ŪU\u{304}ūu\u{304}ŬU\u{306}\
    ŭu\u{306}ŮU\u{30a}ůu\u{30a}ŰU\u{30b}űu\u{30b}ŲU\u{328}ųu\u{328}ŴW\u{302}ŵw\u{302}ŶY\u{302}ŷy\u{302}\
    ŸY\u{308}ŹZ\u{301}źz\u{301}ŻZ\u{307}żz\u{307}ŽZ\u{30c}žz\u{30c}ƠO\u{31b}ơo\u{31b}ƯU\u{31b}ưu\u{31b}\
    ǍA\u{30c}ǎa\u{30c}ǏI\u{30c}ǐi\u{30c}ǑO\u{30c}ǒo\u{30c}ǓU\u{30c}ǔu\u{30c}ǕÜ\u{304}ǖü\u{304}ǗÜ\u{301}\
    ǘü\u{301}ǙÜ\u{30c}ǚü\u{30c}ǛÜ\u{300}ǜü\u{300}ǞÄ\u{304}ǟä\u{304}ǠȦ\u{304}ǡȧ\u{304}ǢÆ\u{304}ǣæ\u{304}\
    ǦG\u{30c}ǧg\u{30c}ǨK\u{30c}ǩk\u{30c}ǪO\u{328}ǫo\u{328}ǬǪ\u{304}ǭǫ\u{304}ǮƷ\u{30c}ǯʒ\u{30c}ǰj\u{30c}\
    ǴG\u{301}ǵg\u{301}ǸN\u{300}ǹn\u{300}ǺÅ\u{301}ǻå\u{301}ǼÆ\u{301}ǽæ\u{301}ǾØ\u{301}ǿø\u{301}ȀA\u{30f}\
    ȁa\u{30f}ȂA\u{311}ȃa\u{311}ȄE\u{30f}ȅe\u{30f}ȆE\u{311}ȇe\u{311}ȈI\u{30f}ȉi\u{30f}ȊI\u{311}ȋi\u{311}\
    ȌO\u{30f}ȍo\u{30f}ȎO\u{311}ȏo\u{311}ȐR\u{30f}ȑr\u{30f}ȒR\u{311}ȓr\u{311}ȔU\u{30f}ȕu\u{30f}ȖU\u{311}\
    ȗu\u{311}ȘS\u{326}șs\u{326}ȚT\u{326}țt\u{326}ȞH\u{30c}ȟh\u{30c}ȦA\u{307}ȧa\u{307}ȨE\u{327}ȩe\u{327}\
    ȪÖ\u{304}ȫö\u{304}ȬÕ\u{304}ȭõ\u{304}ȮO\u{307}ȯo\u{307}ȰȮ\u{304}ȱȯ\u{304}ȲY\u{304}ȳy\u{304}̈́̈\u{301}\
    ΅¨\u{301}ΆΑ\u{301}ΈΕ\u{301}ΉΗ\u{301}ΊΙ\u{301}ΌΟ\u{301}ΎΥ\u{301}ΏΩ\u{301}ΐϊ\u{301}ΪΙ\u{308}ΫΥ\u{308}\
    άα\u{301}έε\u{301}ήη\u{301}ίι\u{301}ΰϋ\u{301}ϊι\u{308}ϋυ\u{308}όο\u{301}ύυ\u{301}ώω\u{301}ϓϒ\u{301}\
    ϔϒ\u{308}ЀЕ\u{300}ЁЕ\u{308}ЃГ\u{301}ЇІ\u{308}ЌК\u{301}ЍИ\u{300}ЎУ\u{306}ЙИ\u{306}йи\u{306}ѐе\u{300}\
    ёе\u{308}ѓг\u{301}їі\u{308}ќк\u{301}ѝи\u{300}ўу\u{306}ѶѴ\u{30f}ѷѵ\u{30f}ӁЖ\u{306}ӂж\u{306}ӐА\u{306}\
    ӑа\u{306}ӒА\u{308}ӓа\u{308}ӖЕ\u{306}ӗе\u{306}ӚӘ\u{308}ӛә\u{308}ӜЖ\u{308}ӝж\u{308}ӞЗ\u{308}ӟз\u{308}\
    ӢИ\u{304}ӣи\u{304}ӤИ\u{308}ӥи\u{308}ӦО\u{308}ӧо\u{308}ӪӨ\u{308}ӫө\u{308}ӬЭ\u{308}ӭэ\u{308}ӮУ\u{304}\
    ӯу\u{304}ӰУ\u{308}ӱу\u{308}ӲУ\u{30b}ӳу\u{30b}ӴЧ\u{308}ӵч\u{308}ӸЫ\u{308}ӹы\u{308}ḀA\u{325}ḁa\u{325}\
    ḂB\u{307}ḃb\u{307}ḄB\u{323}ḅb\u{323}ḆB\u{331}ḇb\u{331}ḈÇ\u{301}ḉç\u{301}ḊD\u{307}ḋd\u{307}ḌD\u{323}\
    ḍd\u{323}ḎD\u{331}ḏd\u{331}ḐD\u{327}ḑd\u{327}ḒD\u{32d}ḓd\u{32d}ḔĒ\u{300}ḕē\u{300}ḖĒ\u{301}ḗē\u{301}\
    ḘE\u{32d}ḙe\u{32d}ḚE\u{330}ḛe\u{330}ḜȨ\u{306}ḝȩ\u{306}ḞF\u{307}ḟf\u{307}ḠG\u{304}ḡg\u{304}ḢH\u{307}\
    ḣh\u{307}ḤH\u{323}ḥh\u{323}ḦH\u{308}ḧh\u{308}ḨH\u{327}ḩh\u{327}ḪH\u{32e}ḫh\u{32e}ḬI\u{330}ḭi\u{330}\
    ḮÏ\u{301}ḯï\u{301}ḰK\u{301}ḱk\u{301}ḲK\u{323}ḳk\u{323}ḴK\u{331}ḵk\u{331}ḶL\u{323}ḷl\u{323}ḸḶ\u{304}\
    ḹḷ\u{304}ḺL\u{331}ḻl\u{331}ḼL\u{32d}ḽl\u{32d}ḾM\u{301}ḿm\u{301}ṀM\u{307}ṁm\u{307}ṂM\u{323}ṃm\u{323}\
    ṄN\u{307}ṅn\u{307}ṆN\u{323}ṇn\u{323}ṈN\u{331}ṉn\u{331}ṊN\u{32d}ṋn\u{32d}ṌÕ\u{301}ṍõ\u{301}ṎÕ\u{308}\
    ṏõ\u{308}ṐŌ\u{300}ṑō\u{300}ṒŌ\u{301}ṓō\u{301}ṔP\u{301}ṕp\u{301}ṖP\u{307}ṗp\u{307}ṘR\u{307}ṙr\u{307}\
    ṚR\u{323}ṛr\u{323}ṜṚ\u{304}ṝṛ\u{304}ṞR\u{331}ṟr\u{331}ṠS\u{307}ṡs\u{307}ṢS\u{323}ṣs\u{323}ṤŚ\u{307}\
    ṥś\u{307}ṦŠ\u{307}ṧš\u{307}ṨṢ\u{307}ṩṣ\u{307}ṪT\u{307}ṫt\u{307}ṬT\u{323}ṭt\u{323}ṮT\u{331}ṯt\u{331}\
    ṰT\u{32d}ṱt\u{32d}ṲU\u{324}ṳu\u{324}ṴU\u{330}ṵu\u{330}ṶU\u{32d}ṷu\u{32d}ṸŨ\u{301}ṹũ\u{301}ṺŪ\u{308}\
    ṻū\u{308}ṼV\u{303}ṽv\u{303}ṾV\u{323}ṿv\u{323}ẀW\u{300}ẁw\u{300}ẂW\u{301}ẃw\u{301}ẄW\u{308}ẅw\u{308}\
    ẆW\u{307}ẇw\u{307}ẈW\u{323}ẉw\u{323}ẊX\u{307}ẋx\u{307}ẌX\u{308}ẍx\u{308}ẎY\u{307}ẏy\u{307}ẐZ\u{302}\
    ẑz\u{302}ẒZ\u{323}ẓz\u{323}ẔZ\u{331}ẕz\u{331}ẖh\u{331}ẗt\u{308}ẘw\u{30a}ẙy\u{30a}ẛſ\u{307}ẠA\u{323}\
    ạa\u{323}ẢA\u{309}ảa\u{309}ẤÂ\u{301}ấâ\u{301}ẦÂ\u{300}ầâ\u{300}ẨÂ\u{309}ẩâ\u{309}ẪÂ\u{303}ẫâ\u{303}\
    ẬẠ\u{302}ậạ\u{302}ẮĂ\u{301}ắă\u{301}ẰĂ\u{300}ằă\u{300}ẲĂ\u{309}ẳă\u{309}ẴĂ\u{303}ẵă\u{303}ẶẠ\u{306}\
    ặạ\u{306}ẸE\u{323}ẹe\u{323}ẺE\u{309}ẻe\u{309}ẼE\u{303}ẽe\u{303}ẾÊ\u{301}ếê\u{301}ỀÊ\u{300}ềê\u{300}\
    ỂÊ\u{309}ểê\u{309}ỄÊ\u{303}ễê\u{303}ỆẸ\u{302}ệẹ\u{302}ỈI\u{309}ỉi\u{309}ỊI\u{323}ịi\u{323}ỌO\u{323}\
    ọo\u{323}ỎO\u{309}ỏo\u{309}ỐÔ\u{301}ốô\u{301}ỒÔ\u{300}ồô\u{300}ỔÔ\u{309}ổô\u{309}ỖÔ\u{303}ỗô\u{303}\
    ỘỌ\u{302}ộọ\u{302}ỚƠ\u{301}ớơ\u{301}ỜƠ\u{300}ờơ\u{300}ỞƠ\u{309}ởơ\u{309}ỠƠ\u{303}ỡơ\u{303}ỢƠ\u{323}\
    ợơ\u{323}ỤU\u{323}ụu\u{323}ỦU\u{309}ủu\u{309}ỨƯ\u{301}ứư\u{301}ỪƯ\u{300}ừư\u{300}ỬƯ\u{309}ửư\u{309}\
    ỮƯ\u{303}ữư\u{303}ỰƯ\u{323}ựư\u{323}ỲY\u{300}ỳy\u{300}ỴY\u{323}ỵy\u{323}ỶY\u{309}ỷy\u{309}ỸY\u{303}\
    ỹy\u{303}がか\u{3099}ぎき\u{3099}ぐく\u{3099}げけ\u{3099}ごこ\u{3099}ざさ\u{3099}じし\u{3099}ずす\u{3099}ぜせ\u{3099}\
    ぞそ\u{3099}だた\u{3099}ぢち\u{3099}づつ\u{3099}でて\u{3099}どと\u{3099}ばは\u{3099}ぱは\u{309a}びひ\u{3099}ぴひ\u{309a}\
    ぶふ\u{3099}ぷふ\u{309a}べへ\u{3099}ぺへ\u{309a}ぼほ\u{3099}ぽほ\u{309a}ゔう\u{3099}ゞゝ\u{3099}ガカ\u{3099}ギキ\u{3099}\
    グク\u{3099}ゲケ\u{3099}ゴコ\u{3099}ザサ\u{3099}ジシ\u{3099}ズス\u{3099}ゼセ\u{3099}ゾソ\u{3099}ダタ\u{3099}ヂチ\u{3099}\
    ヅツ\u{3099}デテ\u{3099}ドト\u{3099}バハ\u{3099}パハ\u{309a}ビヒ\u{3099}ピヒ\u{309a}ブフ\u{3099}プフ\u{309a}ベヘ\u{3099}\
    ペヘ\u{309a}ボホ\u{3099}ポホ\u{309a}ヴウ\u{3099}ヷワ\u{3099}ヸヰ\u{3099}ヹヱ\u{3099}ヺヲ\u{3099}ヾヽ\u{3099}\
    ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_alike_are_told() {
        let cases = [
            ("caf\u{e9}", "cafe\u{301}", Some("Unicode")),
            ("\u{1d6}", "u\u{308}\u{304}", Some("Unicode")),
            ("\u{439}", "\u{438}\u{306}", Some("Unicode")),
            ("ana", "a\u{200b}na", Some("show nothing")),
            ("caf\u{e9}", "cafe", None),
            ("caf\u{e9}", "caf\u{e9}", None),
            ("a", "b", None),
        ];
        for (a, b, told) in cases {
            let why = why_alike(a, b);
            assert_eq!(why.is_some(), told.is_some(), "{a} {b}");
            assert!(why.unwrap_or_default().contains(told.unwrap_or_default()), "{a} {b}: {why:?}");
        }
    }
}

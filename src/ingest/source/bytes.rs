//! The text of an input: opened, unpacked, transcoded, in bounded memory.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use super::door::{self, Encoding, Utf16, Windows};
use super::find::{Input, Origin, plain};
use super::follow::{Following, Stop};
use super::raw::Raw;

/// Bytes asked for at once.
const CHUNK: usize = 256 * 1024;

/// Chunks that wait between the thread that unpacks and the one that frames.
const WAITING: usize = 4;

/// How long to wait for more of a pipe before saying that it is idle.
const PATIENCE: Duration = Duration::from_millis(50);

/// How long to wait where something is to be shown meanwhile.
const NO_PATIENCE: Duration = Duration::from_millis(2);

/// The text of one input, in pieces.
pub struct Bytes {
    feed: Feed,
    raw: Raw,
    base: u64,
    given: u64,
    damage: Option<Damage>,
    /// Its writer may be slow.
    live: bool,
}

/// What asking for more gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fill {
    /// At least one byte more.
    More,
    /// Nothing now: the pipe's writer is slow.
    Idle,
    /// Nothing any more.
    End,
}

/// Where and why reading stopped before the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// Byte of the decompressed source behind the last that could be read.
    pub offset: u64,
    /// What is wrong, and where.
    pub reason: String,
}

/// What is known when all is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tail {
    /// SHA-256 of the bytes as they stand in the file, lower-case hex.
    pub sha256: String,
    /// How many those are.
    pub bytes: u64,
    /// Why reading stopped early, if it did.
    pub damage: Option<Damage>,
}

enum Feed {
    /// Plain UTF-8 of a file is read where it is framed: no copy, no thread.
    Direct(Box<dyn Read + Send>),
    /// All else comes from a thread of its own.
    Piped(Receiver<Chunk>),
    Done,
}

enum Chunk {
    Data(Vec<u8>),
    Damaged(Fault),
}

/// Why a stream could not be read on.
struct Fault {
    words: String,
    /// The file itself ended too soon, so its last byte is where.
    cut: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Packing {
    Plain,
    Gzip,
    Zstd,
}

impl Bytes {
    /// Opens an input.
    ///
    /// # Errors
    /// The file cannot be opened, or its first bytes cannot be read.
    pub fn open(input: &Input) -> io::Result<Bytes> {
        match &input.origin {
            Origin::Stdin => Bytes::from_pipe(Box::new(io::stdin())),
            Origin::File(path) => {
                let meta = std::fs::metadata(path)?;
                if meta.is_dir() {
                    return Err(io::Error::other("a folder"));
                }
                if meta.is_file() {
                    Bytes::from_file(Box::new(File::open(path)?))
                } else {
                    // Opening a named pipe waits for its writer; that must not be done here.
                    Bytes::from_pipe(Box::new(Opening::Later(path.clone())))
                }
            }
        }
    }

    /// Opens an input to read it on as it grows, until it is stopped, cut or replaced.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn follow(input: &Input, stop: Stop) -> io::Result<Bytes> {
        match &input.origin {
            Origin::File(path) if input.is_followed() => {
                Bytes::from_pipe(Box::new(Following::open(path, stop)?))
            }
            _ => Bytes::open(input),
        }
    }

    /// Whether the text of a file is read as Windows-1252, which nothing in it states.
    pub fn is_windows(input: &Input) -> bool {
        let Origin::File(path) = &input.origin else { return false };
        let plain = std::fs::metadata(path).is_ok_and(|meta| meta.is_file());
        let Some(file) = File::open(path).ok().filter(|_| plain) else { return false };
        let head = unpack(Raw::new(Box::new(file))).and_then(|chain| enter(chain.from, chain.packing));
        head.is_ok_and(|head| head.encoding == Encoding::Windows1252)
    }

    /// Reads a stream that never makes its reader wait long.
    ///
    /// # Errors
    /// Its first bytes cannot be read.
    pub fn from_file(from: Box<dyn Read + Send>) -> io::Result<Bytes> {
        let raw = Raw::new(from);
        let Chain { from, packing } = unpack(raw.clone())?;
        let Head { text, base, encoding } = enter(from, packing)?;
        let feed = if encoding == Encoding::Utf8 && packing == Packing::Plain {
            Feed::Direct(text)
        } else {
            Feed::Piped(spawn(move |to| pump(text, packing, &to)))
        };
        Ok(Bytes { feed, raw, base, given: 0, damage: None, live: false })
    }

    /// Reads a stream whose writer may be slow; nothing here waits for it but [`Bytes::fill`], and that not long.
    ///
    /// # Errors
    /// None yet; an error while reading becomes [`Damage`].
    pub fn from_pipe(from: Box<dyn Read + Send>) -> io::Result<Bytes> {
        let raw = Raw::new(from);
        let source = raw.clone();
        let feed = Feed::Piped(spawn(move |to| pump_pipe(source, &to)));
        Ok(Bytes { feed, raw, base: 0, given: 0, damage: None, live: true })
    }

    /// Returns the offset of the first byte given: 3 behind a UTF-8 byte order mark, else 0.
    pub fn base(&self) -> u64 {
        self.base
    }

    /// Returns the bytes read of the file so far, before decompression.
    pub fn bytes_read(&self) -> u64 {
        self.raw.count()
    }

    /// Returns where and why reading stopped, if it did before the end.
    pub fn damage(&self) -> Option<&Damage> {
        self.damage.as_ref()
    }

    /// Appends some bytes to `out`: up to `most` of a file, a whole chunk of a pipe. `pressed` says that what came
    /// before waits to be shown, so that a quiet pipe is not waited for.
    pub fn fill(&mut self, out: &mut Vec<u8>, most: usize, pressed: bool) -> Fill {
        let patience = if pressed && self.live { NO_PATIENCE } else { PATIENCE };
        let before = out.len();
        let result = match &mut self.feed {
            Feed::Direct(from) => read_into(from, out, most.clamp(1, CHUNK)),
            Feed::Piped(from) => match from.recv_timeout(patience) {
                Ok(Chunk::Data(data)) => {
                    out.extend_from_slice(&data);
                    Ok(data.len())
                }
                Ok(Chunk::Damaged(fault)) => Err(fault),
                Err(RecvTimeoutError::Timeout) => return Fill::Idle,
                Err(RecvTimeoutError::Disconnected) => Ok(0),
            },
            Feed::Done => Ok(0),
        };
        self.given += (out.len() - before) as u64;
        match result {
            Ok(1..) => return Fill::More,
            Ok(0) => {}
            Err(fault) => self.damage = Some(self.damaged(&fault)),
        }
        self.feed = Feed::Done;
        Fill::End
    }

    /// Returns what is known where reading stops before the end: no hash, for there is no whole.
    pub fn leave(self) -> Tail {
        Tail { sha256: String::new(), bytes: self.raw.count(), damage: self.damage }
    }

    /// Returns what is known at the end; reads what decoders left of the file, for its hash.
    pub fn finish(mut self) -> Tail {
        self.feed = Feed::Done;
        let sha256 = self.raw.finish().unwrap_or_default();
        Tail { sha256, bytes: self.raw.count(), damage: self.damage }
    }

    fn damaged(&self, fault: &Fault) -> Damage {
        let offset = self.base + self.given;
        // Decoders read ahead: only at the file's end is its byte known, else that of its text.
        let place = if fault.cut {
            format!("at byte {} of the file", self.raw.count())
        } else {
            format!("behind byte {offset} of its text")
        };
        Damage { offset, reason: format!("{}, {place}; what stands before was kept", fault.words) }
    }
}

impl Tail {
    /// Returns the SHA-256 and size of a file without unpacking it.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn of_file(input: &Input) -> io::Result<Tail> {
        let Origin::File(path) = &input.origin else {
            return Err(io::Error::other("the standard input can be read only once"));
        };
        let mut raw = Raw::new(Box::new(File::open(path)?));
        let sha256 = raw.finish()?;
        Ok(Tail { sha256, bytes: raw.count(), damage: None })
    }
}

fn read_into(from: &mut dyn Read, out: &mut Vec<u8>, most: usize) -> Result<usize, Fault> {
    let before = out.len();
    out.resize(before + most, 0);
    let read = from.read(&mut out[before..]);
    out.truncate(before + read.as_ref().map_or(0, |read| *read));
    read.map_err(|error| fault(&error, Packing::Plain))
}

struct Chain {
    from: Box<dyn Read + Send>,
    packing: Packing,
}

/// Looks at the first bytes and puts the right decoder in front.
fn unpack(mut raw: Raw) -> io::Result<Chain> {
    let mut head = Vec::new();
    (&mut raw).take(4).read_to_end(&mut head)?;
    let packing = match head[..] {
        [0x1f, 0x8b, ..] => Packing::Gzip,
        [0x28, 0xb5, 0x2f, 0xfd] => Packing::Zstd,
        _ => Packing::Plain,
    };
    let whole = Cursor::new(head).chain(raw);
    let from: Box<dyn Read + Send> = match packing {
        Packing::Plain => Box::new(whole),
        Packing::Gzip => {
            Box::new(flate2::bufread::MultiGzDecoder::new(BufReader::with_capacity(CHUNK, whole)))
        }
        Packing::Zstd => Box::new(zstd::stream::read::Decoder::new(whole)?),
    };
    Ok(Chain { from, packing })
}

struct Head {
    text: Box<dyn Read + Send>,
    base: u64,
    encoding: Encoding,
}

/// Reads the first bytes of the text, tells their encoding and puts the text together again as UTF-8.
fn enter(mut from: Box<dyn Read + Send>, packing: Packing) -> io::Result<Head> {
    let mut head = Vec::new();
    let read = (&mut from).take(door::SNIFF as u64).read_to_end(&mut head);
    let (encoding, mark) = door::sniff(&head);
    head.drain(..mark);
    let whole: Box<dyn Read + Send> = match read {
        Ok(_) => Box::new(Cursor::new(head).chain(from)),
        // Packed data may be damaged near its start: that is told behind what could be read.
        Err(error) if packing != Packing::Plain => Box::new(Cursor::new(head).chain(Failing(Some(error)))),
        Err(error) => return Err(error),
    };
    Ok(match encoding {
        Encoding::Utf8 => Head { text: whole, base: mark as u64, encoding },
        Encoding::Windows1252 => Head { text: Box::new(Windows::new(whole)), base: 0, encoding },
        // The offsets of transcoded text are its own.
        _ => Head { text: Box::new(Utf16::new(whole, encoding)), base: 0, encoding },
    })
}

/// A file that is opened when it is first read.
enum Opening {
    Later(PathBuf),
    Now(File),
}

impl Read for Opening {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        loop {
            match self {
                Opening::Now(file) => return file.read(out),
                Opening::Later(path) => *self = Opening::Now(File::open(path)?),
            }
        }
    }
}

/// A stream that has nothing but an error.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

fn spawn(run: impl FnOnce(SyncSender<Chunk>) + Send + 'static) -> Receiver<Chunk> {
    let (to, from) = sync_channel(WAITING);
    let started = thread::Builder::new().name("auditty-unpack".to_owned()).spawn({
        let to = to.clone();
        move || run(to)
    });
    if let Err(error) = started {
        drop(to.try_send(Chunk::Damaged(Fault {
            words: format!("no thread to read with ({error})"),
            cut: false,
        })));
    }
    from
}

/// Sends a text chunk by chunk until its end, an error, or nobody listens.
fn pump(mut text: Box<dyn Read + Send>, packing: Packing, to: &SyncSender<Chunk>) {
    loop {
        let mut chunk = Vec::new();
        let read = read_full(&mut text, &mut chunk, CHUNK);
        if !chunk.is_empty() && to.send(Chunk::Data(chunk)).is_err() {
            return;
        }
        match read {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                drop(to.send(Chunk::Damaged(fault(&error, packing))));
                return;
            }
        }
    }
}

/// Fills a chunk; returns whether there may be more. What was read before an error stays in it.
fn read_full(from: &mut dyn Read, chunk: &mut Vec<u8>, most: usize) -> io::Result<bool> {
    chunk.resize(most, 0);
    let mut filled = 0;
    let result = loop {
        match from.read(&mut chunk[filled..]) {
            Ok(0) => break Ok(filled == most),
            Ok(read) => filled += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => break Err(error),
        }
    };
    chunk.truncate(filled);
    result
}

/// Sends a pipe as its bytes come: a line should show before the next is written.
fn pump_pipe(raw: Raw, to: &SyncSender<Chunk>) {
    let chain = match unpack(raw) {
        Ok(chain) => chain,
        Err(error) => {
            drop(to.send(Chunk::Damaged(fault(&error, Packing::Plain))));
            return;
        }
    };
    let Chain { mut from, packing } = chain;
    let mut head = vec![0; CHUNK];
    // One read, however short, is enough to know the encoding of any text that has one.
    // What was looked at to see whether it is packed comes apart from what follows.
    let first = from.read(&mut head).and_then(|read| match read {
        1..=4 => from.read(&mut head[read..]).map(|more| read + more),
        read => Ok(read),
    });
    head.truncate(first.as_ref().map_or(0, |read| *read));
    let (encoding, mark) = door::sniff(head.get(..door::SNIFF).unwrap_or(&head));
    head.drain(..mark);
    if let Err(error) = first {
        drop(to.send(Chunk::Damaged(fault(&error, packing))));
    } else if encoding == Encoding::Utf8 {
        if head.is_empty() || to.send(Chunk::Data(head)).is_ok() {
            pump_as_it_comes(&mut from, packing, to);
        }
    } else if encoding == Encoding::Windows1252 {
        pump_as_it_comes(&mut Windows::new(Cursor::new(head).chain(from)), packing, to);
    } else {
        pump_as_it_comes(&mut Utf16::new(Cursor::new(head).chain(from), encoding), packing, to);
    }
}

fn pump_as_it_comes(from: &mut dyn Read, packing: Packing, to: &SyncSender<Chunk>) {
    let mut buffer = vec![0; CHUNK];
    loop {
        let message = match from.read(&mut buffer) {
            Ok(0) => return,
            Ok(read) => Chunk::Data(buffer[..read].to_vec()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Chunk::Damaged(fault(&error, packing)),
        };
        let last = matches!(message, Chunk::Damaged(_));
        if to.send(message).is_err() || last {
            return;
        }
    }
}

fn fault(error: &io::Error, packing: Packing) -> Fault {
    let early = error.kind() == io::ErrorKind::UnexpectedEof || error.to_string().contains("incomplete");
    let words = match packing {
        Packing::Gzip if early => "the gzip data ends before its end".to_owned(),
        Packing::Zstd if early => "the zstd data ends before its end".to_owned(),
        Packing::Gzip => format!("the gzip data is damaged ({error})"),
        Packing::Zstd => format!("the zstd data is damaged ({error})"),
        Packing::Plain => format!("reading failed ({})", plain(error)),
    };
    Fault { words, cut: early && packing != Packing::Plain }
}

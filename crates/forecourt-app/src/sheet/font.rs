//! Helvetica, which every PDF reader has: widths of its letters, and text in the character set it is used with.

/// Widths of the characters from space to tilde in thousandths of the font size (Adobe's metrics of the base fonts).
const REGULAR: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278,
    500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469,
    556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500,
    278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];
const BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556,
    556, 556, 556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278,
    556, 722, 611, 833, 722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584,
    556, 333, 556, 611, 556, 611, 556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556,
    333, 611, 556, 778, 556, 556, 500, 389, 280, 389, 584,
];
/// For letters beyond ASCII: as wide as most small letters, capitals with marks a little wider.
const SMALL_WIDTH: u16 = 556;
const CAPITAL_WIDTH: u16 = 722;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Face {
    Regular,
    Bold,
}

/// Width of a text in points.
pub fn width(text: &[u8], face: Face, size: f32) -> f32 {
    let table = if face == Face::Bold { &BOLD } else { &REGULAR };
    let of = |byte: u8| {
        let known = byte.checked_sub(b' ').and_then(|n| table.get(usize::from(n)).copied());
        known.unwrap_or(if (0xC0..0xE0).contains(&byte) { CAPITAL_WIDTH } else { SMALL_WIDTH })
    };
    let sum: u32 = text.iter().map(|&byte| u32::from(of(byte))).sum();
    sum as f32 * size / 1000.0
}

/// Text in Windows-1252, the fonts' own character set; letters it lacks become their plain form or a question mark.
pub fn encode(text: &str) -> Vec<u8> {
    text.chars().map(letter).collect()
}

fn letter(c: char) -> u8 {
    match c {
        ' '..='~' => u8::try_from(c).unwrap_or(b'?'),
        '\u{a0}'..='\u{ff}' => u8::try_from(u32::from(c)).unwrap_or(b'?'),
        '€' => 0x80,
        '‚' => 0x82,
        '„' => 0x84,
        '…' => 0x85,
        'Š' => 0x8A,
        'Œ' => 0x8C,
        'Ž' => 0x8E,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        '™' => 0x99,
        'š' => 0x9A,
        'œ' => 0x9C,
        'ž' => 0x9E,
        'Ÿ' => 0x9F,
        '₂' => b'2',
        '−' => b'-',
        'ł' => b'l',
        'Ł' => b'L',
        'ą' | 'ă' => b'a',
        'ć' | 'č' => b'c',
        'ę' | 'ě' => b'e',
        'ń' | 'ň' => b'n',
        'ś' | 'ș' => b's',
        'ź' | 'ż' => b'z',
        'ő' => b'o',
        'ű' | 'ů' => b'u',
        'ř' => b'r',
        '\t' | '\n' | '\r' | '\u{202f}' | '\u{2009}' => b' ',
        _ => b'?',
    }
}

/// As much of the text as fits, with dots where something is missing.
pub fn fit(text: &[u8], face: Face, size: f32, room: f32) -> Vec<u8> {
    /// … in Windows-1252.
    const DOTS: u8 = 0x85;
    if width(text, face, size) <= room {
        return text.to_vec();
    }
    let mut kept = text.to_vec();
    while !kept.is_empty() {
        kept.pop();
        let mut shown = kept.clone();
        shown.push(DOTS);
        if width(&shown, face, size) <= room {
            return shown;
        }
    }
    kept
}

//! Pages of a PDF: text, lines, bands and pictures at places, in points from the top left corner.

use pdf_writer::{Content, Filter, Finish as _, Name, Pdf, Rect, Ref, Str, TextStr};

pub use super::font::Face;
use super::font::{encode, fit, width};

/// A4 in points.
pub const A4: (f32, f32) = (595.0, 842.0);

/// A picture to be placed: RGB samples, eight bits each, with their transparency where there is one.
#[derive(Debug, Clone)]
pub struct Picture {
    pub width: u32,
    pub height: u32,
    pub rgb: Vec<u8>,
    pub alpha: Option<Vec<u8>>,
}

/// A document being drawn.
pub struct Paper {
    pub width: f32,
    pub height: f32,
    pages: Vec<Content>,
    picture: Option<Picture>,
}

impl Paper {
    pub fn new(width: f32, height: f32) -> Self {
        let mut paper = Self { width, height, pages: Vec::new(), picture: None };
        paper.turn();
        paper
    }

    /// A fresh page.
    pub fn turn(&mut self) {
        self.pages.push(Content::new());
    }

    pub fn page_count(&self) -> usize {
        self.pages.len()
    }

    fn page(&mut self, n: usize) -> Option<&mut Content> {
        self.pages.get_mut(n)
    }

    fn last(&self) -> usize {
        self.pages.len().saturating_sub(1)
    }

    pub fn text(&mut self, x: f32, y: f32, face: Face, size: f32, text: &str) {
        self.write(self.last(), x, y, face, size, &encode(text));
    }

    /// Text that ends at `x`.
    pub fn text_right(&mut self, x: f32, y: f32, face: Face, size: f32, text: &str) {
        let bytes = encode(text);
        let start = x - width(&bytes, face, size);
        self.write(self.last(), start, y, face, size, &bytes);
    }

    /// Text of which as much is shown as there is room for.
    pub fn text_within(&mut self, x: f32, y: f32, room: f32, right: bool, font: (Face, f32), text: &str) {
        let bytes = fit(&encode(text), font.0, font.1, room);
        let start = if right { x + room - width(&bytes, font.0, font.1) } else { x };
        self.write(self.last(), start, y, font.0, font.1, &bytes);
    }

    fn write(&mut self, n: usize, x: f32, y: f32, face: Face, size: f32, bytes: &[u8]) {
        let up = self.height - y;
        let font = if face == Face::Bold { Name(b"B") } else { Name(b"R") };
        if let Some(page) = self.page(n) {
            page.begin_text().set_font(font, size).next_line(x, up).show(Str(bytes)).end_text();
        }
    }

    pub fn line(&mut self, from: f32, to: f32, y: f32, gray: f32) {
        let up = self.height - y;
        let last = self.last();
        if let Some(page) = self.page(last) {
            page.set_stroke_gray(gray).set_line_width(0.5).move_to(from, up).line_to(to, up).stroke();
        }
    }

    /// A grey band behind what is written after it.
    pub fn band(&mut self, from: f32, to: f32, top: f32, height: f32) {
        let bottom = self.height - top - height;
        let last = self.last();
        if let Some(page) = self.page(last) {
            page.set_fill_gray(0.94).rect(from, bottom, to - from, height).fill_nonzero().set_fill_gray(0.0);
        }
    }

    /// Places the document's one picture on the current page, its top left corner at `x`, `y`.
    pub fn picture(&mut self, picture: Picture, x: f32, y: f32, width: f32, height: f32) {
        let up = self.height - y - height;
        let last = self.last();
        if let Some(page) = self.page(last) {
            page.save_state()
                .transform([width, 0.0, 0.0, height, x, up])
                .x_object(Name(b"P"))
                .restore_state();
        }
        self.picture = Some(picture);
    }

    /// Writes the same foot on every page; it is told which page of how many.
    pub fn feet(&mut self, foot: impl Fn(usize, usize) -> (String, String)) {
        const SIZE: f32 = 8.0;
        const MARGIN: f32 = 36.0;
        let (count, y, right) = (self.page_count(), self.height - 24.0, self.width - MARGIN);
        for n in 0..count {
            let (left_text, right_text) = foot(n + 1, count);
            let bytes = encode(&right_text);
            let start = right - width(&bytes, Face::Regular, SIZE);
            self.write(n, start, y, Face::Regular, SIZE, &bytes);
            let left = fit(&encode(&left_text), Face::Regular, SIZE, start - MARGIN - 12.0);
            self.write(n, MARGIN, y, Face::Regular, SIZE, &left);
        }
    }

    /// The file.
    pub fn finish(self, title: &str, author: &str) -> Vec<u8> {
        let mut next = 1_i32;
        let mut fresh = || {
            next += 1;
            Ref::new(next - 1)
        };
        let (catalog, tree, regular, bold, info) = (fresh(), fresh(), fresh(), fresh(), fresh());
        let mut pdf = Pdf::new();
        pdf.catalog(catalog).pages(tree);
        for (id, name) in [(regular, Name(b"Helvetica")), (bold, Name(b"Helvetica-Bold"))] {
            pdf.type1_font(id).base_font(name).encoding_predefined(Name(b"WinAnsiEncoding"));
        }
        let picture = self.picture.map(|picture| (fresh(), fresh(), picture));
        if let Some((id, mask, picture)) = &picture {
            place(&mut pdf, *id, *mask, picture);
        }
        let numbered: Vec<(Ref, Ref, Content)> =
            self.pages.into_iter().map(|content| (fresh(), fresh(), content)).collect();
        let count = i32::try_from(numbered.len()).unwrap_or(i32::MAX);
        pdf.pages(tree).kids(numbered.iter().map(|(page, ..)| *page)).count(count);
        for (id, stream, content) in numbered {
            let mut page = pdf.page(id);
            page.media_box(Rect::new(0.0, 0.0, self.width, self.height)).parent(tree).contents(stream);
            let mut resources = page.resources();
            resources.fonts().pair(Name(b"R"), regular).pair(Name(b"B"), bold);
            if let Some((picture, ..)) = &picture {
                resources.x_objects().pair(Name(b"P"), *picture);
            }
            resources.finish();
            page.finish();
            pdf.stream(stream, &packed(&content.finish())).filter(Filter::FlateDecode);
        }
        pdf.document_info(info).title(TextStr(title)).author(TextStr(author)).producer(TextStr("Forecourt"));
        pdf.finish()
    }
}

fn place(pdf: &mut Pdf, id: Ref, mask: Ref, picture: &Picture) {
    let size = |n: u32| i32::try_from(n).unwrap_or(1);
    let samples = packed(&picture.rgb);
    let mut image = pdf.image_xobject(id, &samples);
    image.filter(Filter::FlateDecode);
    image.width(size(picture.width)).height(size(picture.height));
    image.color_space().device_rgb();
    image.bits_per_component(8);
    if picture.alpha.is_some() {
        image.s_mask(mask);
    }
    image.finish();
    if let Some(alpha) = &picture.alpha {
        let samples = packed(alpha);
        let mut image = pdf.image_xobject(mask, &samples);
        image.filter(Filter::FlateDecode);
        image.width(size(picture.width)).height(size(picture.height));
        image.color_space().device_gray();
        image.bits_per_component(8);
    }
}

fn packed(bytes: &[u8]) -> Vec<u8> {
    /// Quick rather than small: pages are text and shrink well all the same.
    const LEVEL: u8 = 3;
    miniz_oxide::deflate::compress_to_vec_zlib(bytes, LEVEL)
}

//! An organisation's logo as a picture for paper. What cannot be drawn is left out: a document is never refused for it.

use std::io::Cursor;

use super::paper::{Paper, Picture};
use crate::App;
use forecourt_core::id::OrganisationId;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// Pixels of a side: more is no logo, and takes memory.
const SIDE_MAX: usize = 2_000;
/// Room on paper, in points.
const ROOM: (f32, f32) = (170.0, 46.0);
/// White below it.
const BELOW: f32 = 12.0;

impl App {
    /// `None`: there is none, or it cannot be drawn.
    pub(crate) async fn logo_for_paper(&self, organisation: OrganisationId) -> Option<Picture> {
        let (bytes, kind) = self.logo(organisation).await.ok()?;
        tokio::task::spawn_blocking(move || picture(&bytes, &kind)).await.ok().flatten()
    }
}

/// Places it at the top left; gives how much lower what follows begins.
pub(crate) fn place(paper: &mut Paper, logo: Option<Picture>, margin: f32) -> f32 {
    let Some(logo) = logo else { return 0.0 };
    let (width, height) = (logo.width as f32, logo.height as f32);
    let scale = (ROOM.0 / width).min(ROOM.1 / height);
    paper.picture(logo, margin, margin - 6.0, width * scale, height * scale);
    height * scale + BELOW
}

fn picture(bytes: &[u8], kind: &str) -> Option<Picture> {
    match kind {
        "image/png" => png_picture(bytes),
        "image/jpeg" => jpeg_picture(bytes),
        _ => None,
    }
}

fn png_picture(bytes: &[u8]) -> Option<Picture> {
    let mut decoder = png::Decoder::new(Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().ok()?;
    let (width, height) = reader.info().size();
    if width as usize > SIDE_MAX || height as usize > SIDE_MAX {
        return None;
    }
    let mut samples = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut samples).ok()?;
    let samples = samples.get(..info.buffer_size())?;
    let channels = info.color_type.samples();
    let (rgb, alpha) = split(samples, channels)?;
    Some(Picture { width, height, rgb, alpha })
}

/// Colours and transparency of samples that are grey or coloured, with transparency or without.
fn split(samples: &[u8], channels: usize) -> Option<(Vec<u8>, Option<Vec<u8>>)> {
    let (mut rgb, mut alpha) = (Vec::new(), Vec::new());
    for sample in samples.chunks_exact(channels) {
        match *sample {
            [grey] => rgb.extend([grey; 3]),
            [grey, a] => {
                rgb.extend([grey; 3]);
                alpha.push(a);
            }
            [r, g, b] => rgb.extend([r, g, b]),
            [r, g, b, a] => {
                rgb.extend([r, g, b]);
                alpha.push(a);
            }
            _ => return None,
        }
    }
    Some((rgb, (!alpha.is_empty()).then_some(alpha)))
}

fn jpeg_picture(bytes: &[u8]) -> Option<Picture> {
    let options = DecoderOptions::default()
        .set_max_width(SIDE_MAX)
        .set_max_height(SIDE_MAX)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let mut decoder = JpegDecoder::new_with_options(Cursor::new(bytes), options);
    let rgb = decoder.decode().ok()?;
    let info = decoder.info()?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    let whole = rgb.len() == usize::from(info.width) * usize::from(info.height) * 3;
    whole.then_some(Picture { width, height, rgb, alpha: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Four pixels: red, half transparent green, blue, white.
    fn png() -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 2, 2);
        encoder.set_color(png::ColorType::Rgba);
        let samples = [255, 0, 0, 255, 0, 255, 0, 128, 0, 0, 255, 255, 255, 255, 255, 255];
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(&samples).expect("samples");
        writer.finish().expect("a file");
        bytes
    }

    #[test]
    fn a_png_is_drawn_with_its_transparency() {
        let drawn = picture(&png(), "image/png").expect("a picture");
        assert_eq!((drawn.width, drawn.height), (2, 2));
        assert_eq!(drawn.rgb, [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
        assert_eq!(drawn.alpha.as_deref(), Some(&[255, 128, 255, 255][..]));
        let mut paper = Paper::new(595.0, 842.0);
        assert!(place(&mut paper, Some(drawn), 56.0) > ROOM.1);
        let file = paper.finish("Logo", "Test");
        assert!(file.windows(14).any(|part| part == b"/Subtype/Image" || part == b"/Subtype /Imag"));
    }

    #[test]
    fn what_cannot_be_drawn_is_left_out() {
        let mut cut = png();
        cut.truncate(40);
        for (bytes, kind) in
            [(&cut[..], "image/png"), (&b"\xff\xd8\xff"[..], "image/jpeg"), (&b"RIFF"[..], "image/webp")]
        {
            assert!(picture(bytes, kind).is_none(), "{kind}");
        }
        let mut paper = Paper::new(595.0, 842.0);
        assert!(place(&mut paper, None, 56.0).abs() < f32::EPSILON);
    }
}

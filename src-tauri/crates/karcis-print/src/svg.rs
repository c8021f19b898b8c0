//! The display list as an SVG document, for the preview on the screen.

use std::fmt::Write;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::faces::{Face, MM_PER_PT};
use crate::layout::{Item, LineRun, Page, QrBox, TextRun};
use crate::logo::Logo;

pub(crate) fn draw(page: &Page, logo: Option<&Logo>) -> String {
    let logo = logo.map(|logo| BASE64_STANDARD.encode(logo.to_png()));
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" aria-hidden="true" focusable="false"><rect width="{w}" height="{h}" fill="#fff"/><g transform="translate({} {})">"##,
        short(page.shift.0),
        short(page.shift.1),
        w = short(page.width),
        h = short(page.height),
    );
    draw_items(&mut svg, &page.frame, logo.as_deref());
    for cell in &page.cells {
        append(
            &mut svg,
            format_args!(r#"<g transform="translate({} {})">"#, short(cell.area.x), short(cell.area.y)),
        );
        draw_items(&mut svg, &cell.items, logo.as_deref());
        svg.push_str("</g>");
    }
    svg.push_str("</g></svg>");
    svg
}

fn draw_items(svg: &mut String, items: &[Item], logo: Option<&str>) {
    for item in items {
        match item {
            Item::Text(run) => text(svg, run),
            Item::Line(run) => line(svg, run),
            Item::Qr(symbol) => qr(svg, symbol),
            Item::Bar(area) => {
                append(svg, format_args!(r#"<rect {} fill="black"/>"#, rectangle(area)));
            }
            Item::Logo(area) => {
                if let Some(png) = logo {
                    append(
                        svg,
                        format_args!(r#"<image {} href="data:image/png;base64,{png}"/>"#, rectangle(area)),
                    );
                }
            }
        }
    }
}

/// The length is given, so that a screen without the face still draws the same box.
fn text(svg: &mut String, run: &TextRun) {
    let (family, weight) = match run.face {
        Face::Sans => ("DejaVu Sans, Verdana, sans-serif", "400"),
        Face::SansBold => ("DejaVu Sans, Verdana, sans-serif", "700"),
        Face::Mono => ("DejaVu Sans Mono, Consolas, monospace", "400"),
        Face::MonoBold => ("DejaVu Sans Mono, Consolas, monospace", "700"),
    };
    let lightness = (run.tone.lightness() * 255.0).round() as u8;
    append(
        svg,
        format_args!(
            r##"<text x="{}" y="{}" font-family="{family}" font-weight="{weight}" font-size="{}" textLength="{}" lengthAdjust="spacingAndGlyphs" fill="#{lightness:02x}{lightness:02x}{lightness:02x}">{}</text>"##,
            short(run.x),
            short(run.baseline),
            short(run.size_pt * MM_PER_PT),
            short(run.width()),
            escaped(&run.text),
        ),
    );
}

fn line(svg: &mut String, run: &LineRun) {
    let look =
        if run.dashed { r##"stroke="#808080" stroke-dasharray="1.06 1.06""## } else { r#"stroke="black""# };
    let (from, to) = (run.from, run.to);
    append(
        svg,
        format_args!(
            r#"<line x1="{}" y1="{}" x2="{}" y2="{}" stroke-width="0.11" {look}/>"#,
            short(from.0),
            short(from.1),
            short(to.0),
            short(to.1),
        ),
    );
}

fn qr(svg: &mut String, qr: &QrBox) {
    let module = qr.symbol.width / qr.matrix.side() as f64;
    append(
        svg,
        format_args!(
            r#"<path fill="black" shape-rendering="crispEdges" transform="translate({} {}) scale({:.5})" d=""#,
            short(qr.symbol.x),
            short(qr.symbol.y),
            module,
        ),
    );
    for (x, y, length) in qr.matrix.runs() {
        append(svg, format_args!("M{x} {y}h{length}v1h-{length}z"));
    }
    svg.push_str("\"/>");
}

fn rectangle(area: &crate::layout::Rect) -> String {
    format!(
        r#"x="{}" y="{}" width="{}" height="{}""#,
        short(area.x),
        short(area.y),
        short(area.width),
        short(area.height)
    )
}

fn append(svg: &mut String, part: std::fmt::Arguments<'_>) {
    svg.write_fmt(part).expect("writing to a string does not fail");
}

fn short(mm: f64) -> f64 {
    (mm * 1000.0).round() / 1000.0
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

//! The display list as a PDF.
//!
//! Each QR is a one-bit image of its own: smaller, faster and sharper on paper than paths. A card is drawn in its
//! own coordinates, so that the cards of a page read alike and compress well.

use std::collections::BTreeMap;

use printpdf::{
    Color, CurTransMat, DictItem, ExternalStream, ExternalXObject, FontId, Greyscale, Line, LineDashPattern,
    LinePoint, Mm, Op, PaintMode, ParsedFont, PdfDocument, PdfFont, PdfFontHandle, PdfPage, PdfSaveOptions,
    Point, Pt, TextItem, TextMatrix, XObject, XObjectId, XObjectTransform,
};

use crate::faces::{Face, MM_PER_PT};
use crate::layout::{Item, LineRun, Page, QrBox, Rect, TextRun, Tone, lay_out};
use crate::logo::Logo;
use crate::sheet::{Sheet, SheetError};

const LOGO: &str = "Logo";
const LINE_PT: f32 = 0.3;

/// Draws a sheet that has been checked.
pub(crate) fn draw(sheet: &Sheet) -> Result<Vec<u8>, SheetError> {
    let title = crate::faces::legible(&format!("{} {}", sheet.shop.name, sheet.header));
    let mut document = document(&title, &Face::OF_SHEETS)?;
    add_logo(&mut document, sheet.shop.logo.as_ref());
    for number in 0..crate::page_count(sheet) {
        add_page(&mut document, lay_out(sheet, number)?);
    }
    save(document)
}

/// Draws a single page set in these faces.
pub(crate) fn draw_page(
    title: &str,
    page: Page,
    logo: Option<&Logo>,
    faces: &[Face],
) -> Result<Vec<u8>, SheetError> {
    let mut document = document(title, faces)?;
    add_logo(&mut document, logo);
    add_page(&mut document, page);
    save(document)
}

fn add_logo(document: &mut PdfDocument, logo: Option<&Logo>) {
    if let Some(logo) = logo {
        document.resources.xobjects.map.insert(XObjectId(LOGO.to_owned()), logo_image(logo));
    }
}

/// An empty document with these faces, each of which is embedded whole.
fn document(title: &str, faces: &[Face]) -> Result<PdfDocument, SheetError> {
    let mut document = PdfDocument::new(title);
    document.metadata.info.creator = "Karcis".to_owned();
    document.metadata.info.producer = "Karcis".to_owned();
    for face in faces.iter().copied() {
        let mut font = ParsedFont::from_bytes(face.program(), 0, &mut Vec::new())
            .ok_or_else(|| SheetError::Assembly(format!("font {}", face.name())))?;
        font.font_name = Some(face.name().to_owned());
        document.resources.fonts.map.insert(font_id(face), PdfFont::new(font));
    }
    Ok(document)
}

/// Writes the document so that the same sheet is always the same file.
fn save(document: PdfDocument) -> Result<Vec<u8>, SheetError> {
    let options =
        PdfSaveOptions { optimize: true, subset_fonts: false, secure: true, image_optimization: None };
    let mut file = document.to_lopdf_document(&options, &mut Vec::new());
    drop(document);
    // The identifier would be drawn anew for every file, the dates are nobody's, and no print standard is claimed.
    file.trailer.remove(b"ID");
    if let Ok(info) = file.trailer.get(b"Info").and_then(|info| info.as_reference())
        && let Ok(info) = file.get_object_mut(info).and_then(|info| info.as_dict_mut())
    {
        for untrue in ["CreationDate", "ModDate", "GTS_PDFXVersion", "Identifier"] {
            info.remove(untrue.as_bytes());
        }
    }
    file.compress();
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).map_err(|error| SheetError::Assembly(error.to_string()))?;
    Ok(bytes)
}

fn add_page(document: &mut PdfDocument, page: Page) {
    let mut pen = Pen::default();
    let (right, down) = page.shift;
    pen.ops.push(moved(right, page.height - down));
    pen.draw(document, page.frame);
    for cell in page.cells {
        pen.ops.push(Op::SaveGraphicsState);
        pen.ops.push(moved(cell.area.x, -cell.area.y));
        pen.draw(document, cell.items);
        pen.ops.push(Op::RestoreGraphicsState);
        (pen.tone, pen.font) = (None, None);
    }
    pen.ops.shrink_to_fit();
    document.pages.push(PdfPage::new(Mm(page.width as f32), Mm(page.height as f32), pen.ops));
}

/// Collects operations and remembers the colour and font that are set.
#[derive(Default)]
struct Pen {
    ops: Vec<Op>,
    tone: Option<Tone>,
    font: Option<(Face, f32)>,
}

impl Pen {
    fn draw(&mut self, document: &mut PdfDocument, items: Vec<Item>) {
        for item in items {
            match item {
                Item::Text(run) => self.text(run),
                Item::Line(line) => self.line(line),
                Item::Bar(area) => self.bar(area),
                Item::Qr(qr) => self.qr(document, &qr),
                Item::Logo(area) => self.image(XObjectId(LOGO.to_owned()), area),
            }
        }
    }

    /// Neighbouring lines share a text section, and the font is named only where it changes: a large batch is held
    /// in memory as operations.
    fn text(&mut self, run: TextRun) {
        self.set_tone(run.tone);
        match self.ops.last() {
            Some(Op::EndTextSection) => drop(self.ops.pop()),
            Some(_) | None => self.ops.push(Op::StartTextSection),
        }
        let font = (run.face, hundredths(run.size_pt));
        if self.font != Some(font) {
            self.font = Some(font);
            self.ops.push(Op::SetFont { font: PdfFontHandle::External(font_id(font.0)), size: Pt(font.1) });
        }
        let matrix = TextMatrix::Translate(Pt(points(run.x)), Pt(points(-run.baseline)));
        let items = vec![TextItem::Text(run.text)];
        self.ops.extend([Op::SetTextMatrix { matrix }, Op::ShowText { items }, Op::EndTextSection]);
    }

    fn line(&mut self, line: LineRun) {
        let dash =
            if line.dashed { LineDashPattern::new(0.0, &[3.0, 3.0]) } else { LineDashPattern::new(0.0, &[]) };
        let end = |(x, y): (f64, f64)| LinePoint {
            p: Point { x: Pt(points(x)), y: Pt(points(-y)) },
            bezier: false,
        };
        let lightness = if line.dashed { 0.5 } else { 0.0 };
        self.ops.extend([
            Op::SetOutlineColor { col: grey(lightness) },
            Op::SetOutlineThickness { pt: Pt(LINE_PT) },
            Op::SetLineDashPattern { dash },
            Op::DrawLine { line: Line { points: vec![end(line.from), end(line.to)], is_closed: false } },
        ]);
    }

    fn bar(&mut self, area: Rect) {
        self.set_tone(Tone::Ink);
        let rectangle = printpdf::Rect {
            x: Pt(points(area.x)),
            y: Pt(points(-area.y - area.height)),
            width: Pt(points(area.width)),
            height: Pt(points(area.height)),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        self.ops.push(Op::DrawRectangle { rectangle });
    }

    fn qr(&mut self, document: &mut PdfDocument, qr: &QrBox) {
        let images = &mut document.resources.xobjects.map;
        let id = XObjectId(format!("Q{:05}", images.len()));
        images.insert(id.clone(), qr_image(qr));
        self.image(id, qr.symbol);
    }

    fn image(&mut self, id: XObjectId, area: Rect) {
        let transform = XObjectTransform {
            translate_x: Some(Pt(points(area.x))),
            translate_y: Some(Pt(points(-area.y - area.height))),
            scale_x: Some(points(area.width)),
            scale_y: Some(points(area.height)),
            no_auto_scale: true,
            ..XObjectTransform::default()
        };
        self.ops.push(Op::UseXobject { id, transform });
    }

    fn set_tone(&mut self, tone: Tone) {
        if self.tone != Some(tone) {
            self.tone = Some(tone);
            self.ops.push(Op::SetFillColor { col: grey(tone.lightness()) });
        }
    }
}

fn moved(x: f64, y: f64) -> Op {
    Op::SetTransformationMatrix { matrix: CurTransMat::Translate(Pt(points(x)), Pt(points(y))) }
}

fn font_id(face: Face) -> FontId {
    let id = match face {
        Face::Sans => "S",
        Face::SansBold => "B",
        Face::Mono => "C",
        Face::MonoBold => "M",
    };
    FontId(id.to_owned())
}

fn grey(lightness: f64) -> Color {
    Color::Greyscale(Greyscale::new(lightness as f32, None))
}

/// Millimetres as points, to a hundredth: finer than any printer, and short in the file.
fn points(mm: f64) -> f32 {
    hundredths(mm / MM_PER_PT)
}

fn hundredths(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}

fn qr_image(qr: &QrBox) -> XObject {
    let side = qr.matrix.side();
    image((side, side), ("DeviceGray", 1), qr.matrix.light_bits(), false)
}

fn logo_image(logo: &Logo) -> XObject {
    image((logo.width() as usize, logo.height() as usize), ("DeviceRGB", 8), logo.rgb().to_vec(), true)
}

fn image(size: (usize, usize), (space, depth): (&str, i64), content: Vec<u8>, compress: bool) -> XObject {
    let name = |name: &str| DictItem::Name(name.as_bytes().to_vec());
    let dict = BTreeMap::from([
        ("Type".to_owned(), name("XObject")),
        ("Subtype".to_owned(), name("Image")),
        ("Width".to_owned(), DictItem::Int(size.0 as i64)),
        ("Height".to_owned(), DictItem::Int(size.1 as i64)),
        ("ColorSpace".to_owned(), name(space)),
        ("BitsPerComponent".to_owned(), DictItem::Int(depth)),
    ]);
    let stream = ExternalStream { dict, content, compress };
    XObject::External(ExternalXObject { stream, width: None, height: None, dpi: None })
}

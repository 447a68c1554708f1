"""Photos of a signed letter, made on the spot: flat, turned, dim, blurred, in perspective, in a scan."""

import io
import math

import pikepdf
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from necessity.domain.return_code import ReturnCode
from necessity.formats.return_code.write import png

PAGE = (1275, 1650)
"""Letter paper at 150 dots an inch."""


def page(*codes: ReturnCode) -> Image.Image:
    """A signed page with text, a scrawl and its return codes, the first one at the bottom right, 1.1 inches wide."""
    made = Image.new("L", PAGE, 250)
    pen = ImageDraw.Draw(made)
    font = ImageFont.load_default(22)
    for line in range(30):
        pen.text((120, 140 + 34 * line), "Graded strength training lowers pain and disability. " * 2, 40, font)
    pen.line([(150 + 4 * x, 1400 + 40 * math.sin(x / 5)) for x in range(90)], fill=60, width=4)
    for place, code in enumerate(codes):
        drawn = Image.open(io.BytesIO(png(code))).convert("L").resize((165, 165))
        made.paste(drawn, (1010, 1440 - 300 * place))
    return made


def turned(made: Image.Image, degrees: float) -> Image.Image:
    """The page lies askew on a table."""
    return made.rotate(degrees, expand=True, fillcolor=90, resample=Image.Resampling.BICUBIC)


def in_perspective(made: Image.Image) -> Image.Image:
    """The phone was held at a slant: the far edge is shorter."""
    wide, high = made.size
    table = Image.new("L", (wide + 300, high + 300), 80)
    table.paste(made, (150, 150))
    corners = [(0, 0), (0, table.height), (table.width, table.height), (table.width, 0)]
    seen = [(260, 140), (20, table.height - 60), (table.width - 40, table.height - 160), (table.width - 300, 60)]
    return table.transform(
        table.size, Image.Transform.PERSPECTIVE, _plane(seen, corners), Image.Resampling.BICUBIC, 1, 80
    )


def _plane(to: list[tuple[int, int]], of: list[tuple[int, int]]) -> list[float]:
    """Solve for the eight numbers of a perspective, by elimination."""
    rows = []
    for (x, y), (u, v) in zip(to, of, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y, u])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y, v])
    for place in range(8):
        best = max(range(place, 8), key=lambda row: abs(rows[row][place]))
        rows[place], rows[best] = rows[best], rows[place]
        pivot = rows[place][place]
        rows[place] = [value / pivot for value in rows[place]]
        for other in range(8):
            if other != place:
                share = rows[other][place]
                rows[other] = [a - share * b for a, b in zip(rows[other], rows[place], strict=True)]
    return [row[8] for row in rows]


def dim(made: Image.Image) -> Image.Image:
    """Taken in the evening: dark, little contrast, darker to one side."""
    shade = Image.linear_gradient("L").resize(made.size).point(lambda value: 140 + value // 4)
    dark = ImageEnhance.Contrast(ImageEnhance.Brightness(made).enhance(0.35)).enhance(0.6)
    return Image.composite(dark, Image.new("L", made.size, 20), shade)


def blurred(made: Image.Image) -> Image.Image:
    """The hand was not quite still."""
    return made.filter(ImageFilter.GaussianBlur(1.6))


def jpeg(made: Image.Image, quality: int = 70) -> bytes:
    """The file a phone would send."""
    kept = io.BytesIO()
    made.save(kept, "JPEG", quality=quality)
    return kept.getvalue()


def scan(*pages: Image.Image) -> bytes:
    """A scanned PDF: one picture a page."""
    kept = io.BytesIO()
    pages[0].save(kept, "PDF", resolution=150, save_all=True, append_images=pages[1:])
    return kept.getvalue()


def locked(content: bytes) -> bytes:
    """The same PDF behind a password."""
    kept = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        pdf.save(kept, encryption=pikepdf.Encryption(owner="o", user="u"))
    return kept.getvalue()

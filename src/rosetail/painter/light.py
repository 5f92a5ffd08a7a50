"""Light over the whole figure: rim light, colour that runs through the hair, and glow."""

from __future__ import annotations

import skia

from rosetail.painter.canvas import LIGHT, SHADOW, Canvas
from rosetail.painter.colour import Lch, Rgb, light, mix, shade, to_rgb
from rosetail.painter.portrait_context import PortraitContext
from rosetail.painter.worn import TIPPED, shows_tips


def fade(
    canvas: Canvas,
    shape: skia.Path,
    colour: Rgb,
    top: float,
    bottom: float,
    alpha: float,
    kind: str,
) -> None:
    """Colour that grows from nothing at height `top` to `alpha` at `bottom`, inside `shape`."""
    clear, full = skia.Color4f(*colour, 0.0).toColor(), skia.Color4f(*colour, alpha).toColor()
    points = [skia.Point(0, top), skia.Point(0, bottom)]
    shader = skia.GradientShader.MakeLinear(points, [clear, full])
    canvas.fill(shape, colour, kind=kind, shader=shader, alpha=alpha)


def hair_gradient(canvas: Canvas, context: PortraitContext, shape: skia.Path) -> None:
    """Hair turns darker and cooler towards the ends, or into another colour at the tips."""
    lch = context.hair.lch
    if shows_tips(context.p):
        lighter = 0.26 if lch[0] < 0.5 else (0.15 if lch[0] < 0.78 else -0.18)
        tips: Lch = (lch[0] + lighter, max(lch[1], 0.15), (lch[2] + 95) % 360)
        fade(canvas, shape, to_rgb(tips), *TIPPED[context.p.hair_back], 0.98, SHADOW)
    elif context.hand.glow > 0 and canvas.coloured:
        fade(
            canvas, shape, to_rgb(shade(lch, 1.6, 320)), -0.5, 2.2, 0.34 * context.hand.glow, SHADOW
        )
        fade(canvas, shape, to_rgb(light(lch, 0.6)), -0.5, -1.5, 0.45 * context.hand.glow, LIGHT)


def rim(
    canvas: Canvas,
    context: PortraitContext,
    shape: skia.Path,
    tone: Lch,
    spare: skia.Path | None = None,
) -> None:
    """A bright edge on the side away from the key light; none inside `spare`."""
    if not context.p.rim_light:
        return
    inner = skia.Path(shape)
    inner.offset(context.side * 0.055, 0.03)
    back = mix(light(tone, 1.1), light(context.p.scene_colour, 0.9), 0.4)
    with canvas.inside(shape, outside=inner), canvas.inside(outside=spare):
        canvas.fill(shape, to_rgb(back), kind=LIGHT, alpha=0.8)


def warm(
    canvas: Canvas, context: PortraitContext, blend: skia.BlendMode = skia.BlendMode.kScreen
) -> None:
    """Warm light from the upper corner over everything."""
    amount = context.hand.glow
    if amount <= 0 or not canvas.coloured:
        return
    left, top, right, bottom = canvas.bounds()
    corner = skia.Point(right if context.side > 0 else left, top)
    full = skia.Color4f(1.0, 0.93, 0.8, 0.34 * amount).toColor()
    clear = skia.Color4f(1.0, 0.93, 0.8, 0.0).toColor()
    paint = skia.Paint(BlendMode=blend)
    paint.setShader(skia.GradientShader.MakeRadial(corner, (bottom - top) * 0.95, [full, clear]))
    canvas.skia.drawPaint(paint)


def cool(
    canvas: Canvas, context: PortraitContext, blend: skia.BlendMode = skia.BlendMode.kMultiply
) -> None:
    """Cool air below, over everything."""
    amount = context.hand.glow
    if amount <= 0 or not canvas.coloured:
        return
    _, top, _, bottom = canvas.bounds()
    full = skia.Color4f(0.35, 0.3, 0.62, 0.20 * amount).toColor()
    none = skia.Color4f(0.35, 0.3, 0.62, 0.0).toColor()
    paint = skia.Paint(BlendMode=blend)
    points = [skia.Point(0, top + (bottom - top) * 0.55), skia.Point(0, bottom)]
    paint.setShader(skia.GradientShader.MakeLinear(points, [none, full]))
    canvas.skia.drawPaint(paint)

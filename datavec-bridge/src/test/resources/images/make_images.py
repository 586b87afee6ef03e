# SPDX-License-Identifier: Apache-2.0
"""Makes the images of this folder, and what Pillow makes of them: python3 make_images.py

Made with Pillow 13.0.0. The pictures are computed; nobody owns them.
"""
import math
from PIL import Image, ImageOps


def picture(width, height):
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel(
                (x, y),
                (
                    int(127.5 + 127.5 * math.sin(x * 0.7)),
                    (x * 7 + y * 11) % 256,
                    255 if (x // 3 + y // 5) % 2 else 20,
                ),
            )
    return image


def smooth(width, height):
    image = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            image.putpixel((x, y), (x * 255 // width, y * 255 // height, 128))
    return image


# Resizing: Pillow's BILINEAR, and its centred crop
pattern = picture(37, 23)
pattern.save("pattern.png")
pattern.resize((11, 9), Image.Resampling.BILINEAR).save("pattern-stretch-11x9.png")
pattern.resize((50, 40), Image.Resampling.BILINEAR).save("pattern-stretch-50x40.png")
ImageOps.fit(pattern, (8, 12), Image.Resampling.BILINEAR).save("pattern-crop-8x12.png")
ImageOps.pad(pattern, (12, 16), Image.Resampling.BILINEAR, color=(7, 7, 7)).save("pattern-pad-12x16.png")
pattern.convert("L").save("pattern-gray.png")

# EXIF: each file shows the same picture when turned upright
INVERSE = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
upright = smooth(32, 16)
upright.save("upright.png")
for value in range(1, 9):
    stored = upright.transpose(INVERSE[value]) if value in INVERSE else upright
    exif = Image.Exif()
    exif[0x0112] = value
    stored.save(f"exif-{value}.jpg", quality=95, subsampling=0, exif=exif)
    check = ImageOps.exif_transpose(Image.open(f"exif-{value}.jpg"))
    assert check.size == upright.size
exif = Image.Exif()
exif[0x0112] = 6
turned = upright.transpose(INVERSE[6])
turned.save("exif-6.png", exif=exif)
turned.save("exif-6.tif", exif=exif)

# CMYK: pure inks in four quarters, as Adobe's programs store them
cmyk = Image.new("CMYK", (32, 32), (0, 0, 0, 0))
cmyk.paste((255, 0, 0, 0), (0, 0, 16, 16))
cmyk.paste((0, 255, 0, 0), (16, 0, 32, 16))
cmyk.paste((0, 0, 255, 0), (0, 16, 16, 32))
cmyk.paste((0, 0, 0, 255), (16, 16, 32, 32))
cmyk.save("cmyk.jpg", quality=95, subsampling=0)
cmyk.save("cmyk.tif")

# 16 bits a sample
deep = Image.new("I;16", (16, 4))
for y in range(4):
    for x in range(16):
        deep.putpixel((x, y), 257 * (x * 16) + 128)
deep.save("gray16.png")
deep.save("gray16.tif")

# Three frames: red, green, blue; and a palette with a transparent entry
frames = [Image.new("RGB", (8, 6), color) for color in ("#ff0000", "#00ff00", "#0000ff")]
frames[0].save("animated.gif", save_all=True, append_images=frames[1:], duration=50, loop=0)
clear = Image.new("RGBA", (4, 4), (200, 100, 50, 255))
clear.paste((9, 9, 9, 0), (2, 0, 4, 4))
clear.save("alpha.png")
clear.quantize(4).save("palette-alpha.png")

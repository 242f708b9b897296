"""Writes images with Pillow and tifffile for the tests of image.rs, and checks those that they wrote.

python image.py write FOLDER   (NumPy, Pillow, tifffile, imagecodecs)
python image.py check FOLDER
python image.py data           (the JPEG files in tests/data)
"""

import struct
import sys
from pathlib import Path

import numpy as np
from PIL import Image

mode = sys.argv[1]
k, i, j = np.ogrid[:6, :40, :48]
x = (k * 100 + i * 10 + j).astype(np.uint16)
k, i, j, c = np.ogrid[:6, :40, :48, :4]
rgba = (k * 60 + i * 2 + j + c * 50).astype(np.uint8)

if mode == "data":
    data = Path(__file__).parent.parent / "data"
    data.mkdir(exist_ok=True)
    colours = np.empty((24, 32, 3), np.uint8)
    colours[:, :16] = 10, 20, 220
    colours[:, 16:] = 200, 30, 40
    Image.fromarray(colours).save(data / "colours.jpg", quality=95, subsampling=2)
    grey = np.broadcast_to(np.arange(32, dtype=np.uint8) * 8, (24, 32))
    Image.fromarray(np.ascontiguousarray(grey)).save(data / "grey.jpg", quality=95, progressive=True)
elif mode == "write":
    import tifffile

    folder = Path(sys.argv[2])
    write = lambda name, data, **options: tifffile.imwrite(folder / f"{name}.tif", data, **options)
    write("imagej", x, imagej=True)
    write("ome", x, ome=True)
    write("big", x, bigtiff=True)
    write("deflate", x, compression="zlib", predictor=True, photometric="minisblack")
    write("lzw", x, compression="lzw", photometric="minisblack")
    write("tiled", x, tile=(16, 16), compression="zlib", photometric="minisblack")
    write("big_endian", x, byteorder=">", photometric="minisblack")
    write("float", x.astype(np.float32) / 4, photometric="minisblack")
    write("float_predictor", x.astype(np.float32) / 4, photometric="minisblack", compression="zlib", predictor=3)
    write("rgb", rgba[..., :3], photometric="rgb")
    write("planar", np.moveaxis(rgba[..., :3], -1, 1), photometric="rgb", planarconfig="separate")
    write("rgba", rgba, photometric="rgb", extrasamples=["unassalpha"])
    write("grey_alpha", rgba[..., :2], photometric="minisblack", planarconfig="contig", extrasamples=["unassalpha"])
    # As ImageJ writes what does not fit 4 GiB: one directory, big-endian, then all planes.
    text = b"ImageJ=1.54f\nimages=6\nslices=6\n\0"
    tags = [(256, 4, 48), (257, 4, 40), (258, 3, 16 << 16), (259, 3, 1 << 16), (262, 3, 1 << 16), (270, 2, 8),
            (273, 4, 8 + len(text)), (277, 3, 1 << 16), (278, 4, 40), (279, 4, 40 * 48 * 2)]
    data = x.astype(">u2").tobytes()
    at = 8 + len(text) + len(data)
    body = struct.pack(">H", len(tags))
    for tag, kind, value in tags:
        body += struct.pack(">HHII", tag, kind, len(text) if tag == 270 else 1, value)
    (folder / "imagej_one_directory.tif").write_bytes(
        b"MM\0*" + struct.pack(">I", at) + text + data + body + bytes(4)
    )
    for name, channels in [("png_rgb", 3), ("png_rgba", 4)]:
        (folder / name).mkdir()
        for number, plane in enumerate(rgba):
            Image.fromarray(np.ascontiguousarray(plane[..., :channels])).save(folder / name / f"f{number}.png")
else:
    import tifffile

    out = Path(sys.argv[2]) / "out"
    for name, channels in [("la", 2), ("rgb", 3), ("rgba", 4)]:
        for plane in range(2):
            wanted = rgba[plane, ..., :channels]
            image = Image.open(out / f"{name}_png_Fast" / f"00{plane}.png")
            assert image.mode == name.upper(), image.mode
            np.testing.assert_array_equal(np.asarray(image), wanted)
            for compression in ["Fast", "Small"]:
                with tifffile.TiffFile(out / f"{name}_tif_{compression}" / f"00{plane}.tif") as file:
                    page = file.pages[0]
                    assert page.photometric.name == ("MINISBLACK" if channels == 2 else "RGB"), page.photometric
                    assert [int(n) for n in page.extrasamples] == ([] if channels == 3 else [2]), page.extrasamples
                    np.testing.assert_array_equal(page.asarray(), wanted)
    for plane in range(2):
        wanted = x[plane] * 50
        np.testing.assert_array_equal(np.asarray(Image.open(out / "u16_png" / f"00{plane}.png")), wanted)
        np.testing.assert_array_equal(tifffile.imread(out / "u16_tif" / f"00{plane}.tif"), wanted)
        found = tifffile.imread(out / "f32_tif" / f"00{plane}.tif")
        assert found.dtype == np.float32
        np.testing.assert_array_equal(found, wanted.astype(np.float32) / 4)

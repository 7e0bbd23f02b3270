"""Pictures of invented animals and roads, and the list of them in a page."""

import base64
import colorsys
import io

from PIL import Image, ImageDraw

STREET = [
    ("Road", 128, 64, 128),
    ("Sidewalk", 244, 35, 232),
    ("Person", 220, 20, 60),
    ("Rider", 255, 0, 0),
    ("Motorbike", 0, 0, 230),
    ("Bicycle", 119, 11, 32),
    ("Car", 0, 0, 142),
    ("Truck", 0, 0, 70),
    ("Bus", 0, 60, 100),
    ("Train", 0, 80, 100),
    ("Wall", 102, 102, 156),
    ("Fence", 190, 153, 153),
    ("Traffic Sign", 220, 220, 0),
    ("Traffic Light", 250, 170, 30),
    ("Pole", 153, 153, 153),
    ("Building", 70, 70, 70),
    ("Vegetation", 107, 142, 35),
    ("Sky", 70, 130, 180),
]


class Pictures:
    """The list `pictures` of a page."""

    def __init__(self):
        self.list = []

    def add(self, image, title=None):
        stream = io.BytesIO()
        image.save(stream, "JPEG", quality=70)
        self.list.append({"src": "data:image/jpeg;base64," + base64.b64encode(stream.getvalue()).decode()})
        if title:
            self.list[-1]["title"] = title
        return len(self.list) - 1


def animal(dice, label, side=96):
    hue = (label * 0.618) % 1
    tone = [int(255 * v) for v in colorsys.hsv_to_rgb(hue, 0.45, 0.75)]
    image = Image.new("RGB", (side, side), tuple(int(v * 0.5 + 90) for v in tone))
    draw = ImageDraw.Draw(image)
    for _ in range(12):
        x, y, r = dice.random() * side, dice.random() * side, side * (0.05 + 0.2 * dice.random())
        draw.ellipse(
            [x - r, y - r, x + r, y + r],
            fill=tuple(min(255, int(v * (0.6 + 0.5 * dice.random()))) for v in tone),
        )
    return image


def street(dice, pictures, path):
    """Picture, truth, prediction and error of one invented scene."""
    size = (320, 180)
    layers = {
        "picture": Image.new("RGB", size, (150, 160, 170)),
        "truth": Image.new("RGB", size),
        "prediction": Image.new("RGB", size),
    }
    painters = {name: ImageDraw.Draw(image) for name, image in layers.items()}
    shapes = [
        (17, [0, 0, 320, 80]),
        (15, [0, 40, 90, 120]),
        (16, [210, 30, 320, 120]),
        (0, [0, 110, 320, 180]),
        (1, [0, 100, 70, 180]),
    ]
    shapes += [
        (
            dice.choice([2, 4, 6, 6, 7, 12, 14]),
            [
                x := dice.randrange(60, 260),
                y := dice.randrange(70, 120),
                x + dice.randrange(12, 60),
                y + dice.randrange(14, 50),
            ],
        )
        for _ in range(6)
    ]
    for label, box in shapes:
        color = STREET[label][1:]
        painters["picture"].rectangle(box, fill=tuple(int(v * 0.5 + 60 + dice.randrange(20)) for v in color))
        painters["truth"].rectangle(box, fill=color)
        shifted = [v + dice.randrange(-6, 7) for v in box]
        painters["prediction"].rectangle(
            [
                min(shifted[0], shifted[2]),
                min(shifted[1], shifted[3]),
                max(shifted[0], shifted[2]),
                max(shifted[1], shifted[3]),
            ],
            fill=color if dice.random() < 0.85 else STREET[dice.randrange(18)][1:],
        )
    error = Image.new("RGB", size, (235, 235, 235))
    for x in range(0, 320):
        for y in range(0, 180):
            if layers["truth"].getpixel((x, y)) != layers["prediction"].getpixel((x, y)):
                error.putpixel((x, y), (213, 94, 0))
    layers["error"] = error
    sample = {name: pictures.add(image) for name, image in layers.items()}
    classes = sorted({label for label, _ in shapes})
    ious = [{"class": label, "iou": round(min(0.99, max(0, dice.gauss(0.6, 0.25))), 4)} for label in classes]
    return {"path": path, "iou": sum(one["iou"] for one in ious) / len(ious), "classes": ious, **sample}

"""Say what is on a photo. All that the model needs to know is in model.onnx beside this file.

    pip install -r requirements.txt
    python predict.py photo.jpg another.png
    python predict.py --check

The last line asks about the photos in the folder samples, and compares the answers with those that
the model gave to whoever made it.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

try:
    import numpy as np
    import onnxruntime
    from PIL import ExifTags, Image, UnidentifiedImageError
except ImportError as error:
    sys.exit(f"{error.name} is not installed. Type: pip install -r requirements.txt")

HERE = Path(__file__).resolve().parent
NOT_SURE = "not sure"
SAME = 0.01  # other versions of the libraries may move a probability by less than this
PADDING_GREY = (128, 128, 128)
TURN_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class PhotoClassifier:
    """A model that says which of its classes a photo shows."""

    def __init__(self, path: Path = HERE / "model.onnx"):
        if not Path(path).is_file():
            raise ValueError(f"{path} is not there. Keep this program and its model together.")
        try:
            self.session = onnxruntime.InferenceSession(
                str(path), providers=["CPUExecutionProvider"]
            )
            about = self.session.get_modelmeta().custom_metadata_map
            self.class_names = json.loads(about["class_names"])
            preprocess = json.loads(about["preprocess"])
            self.size, self.resize = preprocess["size"], preprocess["resize"]
        except Exception as error:  # onnxruntime has many kinds of errors for a damaged file
            raise ValueError(f"{path} cannot be read ({error}). Copy it again.") from error

    def probabilities(self, photo) -> np.ndarray:
        """Return one number from 0 to 1 for each class; together they make 1.

        ``photo`` is a path, an open binary file or a Pillow picture.
        """
        pixels = prepare(photo, self.size, self.resize)
        [answer] = self.session.run(["probabilities"], {"pixels": pixels[None]})
        return answer[0]

    def best(self, photo, top: int = 3) -> list[tuple[str, float]]:
        """Return the most likely classes with their probabilities, best first."""
        probabilities = self.probabilities(photo)
        order = np.argsort(-probabilities, kind="stable")[:top]
        return [(self.class_names[index], float(probabilities[index])) for index in order]


def prepare(photo, size: int, resize: str) -> np.ndarray:
    """Return a photo as the model sees it: uint8 (3, size, size), upright, in red, green, blue."""
    picture = read_photo(photo, at_least=size)
    if resize == "stretch":
        picture = shrink(picture, (size, size))
    elif resize == "crop":
        picture = shrink(middle_square(picture), (size, size))
    else:
        picture = pad(picture, size)
    return np.ascontiguousarray(np.array(picture).transpose(2, 0, 1))


def read_photo(photo, at_least: int) -> Image.Image:
    """Return a photo upright and in colour. Raises ValueError with a sentence."""
    if isinstance(photo, Image.Image):
        return upright(photo)
    try:
        with Image.open(photo) as picture:
            picture.draft(picture.mode, (at_least, at_least))  # quicker for large JPEG files
            return upright(picture)
    except FileNotFoundError:
        raise ValueError(f"{photo} is not there. Check the name and the folder.") from None
    except UnidentifiedImageError:
        hint = " Export it as JPEG." if str(photo).lower().endswith((".heic", ".heif")) else ""
        raise ValueError(f"{photo} is not a photo that can be read.{hint}") from None
    except Exception as error:  # Pillow raises nearly anything on damaged files
        raise ValueError(f"{photo} is damaged or cannot be read ({error}).") from None


def upright(picture: Image.Image) -> Image.Image:
    picture.load()
    colours = in_colour(picture)
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation, 1)
    except Exception:  # a damaged note beside the picture does not make the picture unusable
        orientation = 1
    turn = TURN_UPRIGHT.get(orientation)
    return colours if turn is None else colours.transpose(turn)


def in_colour(picture: Image.Image) -> Image.Image:
    """Return 8-bit red, green, blue; transparent parts become white, 16 bits become 8."""
    if picture.mode.startswith("I;16"):
        return in_grey(np.asarray(picture).astype(np.float64) / 257)
    if picture.mode in ("I", "F"):
        return in_grey(to_255(np.asarray(picture).astype(np.float64)))
    if picture.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    return picture.convert("RGB")


def in_grey(values: np.ndarray) -> Image.Image:
    return Image.fromarray(values.round().astype(np.uint8)).convert("RGB")


def to_255(values: np.ndarray) -> np.ndarray:
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    darkest, brightest = values.min(), values.max()
    if darkest < 0 or brightest > 65535:
        return (values - darkest) * (255 / (brightest - darkest))
    for white in (1, 255, 65535):
        if brightest <= white:
            break
    return values * (255 / white)


def shrink(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    if picture.size == size:
        return picture
    return picture.resize(size, Image.Resampling.BICUBIC, reducing_gap=2.0)


def middle_square(picture: Image.Image) -> Image.Image:
    side = min(picture.size)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side))


def pad(picture: Image.Image, size: int) -> Image.Image:
    scale = size / max(picture.size)
    width, height = (max(1, round(side * scale)) for side in picture.size)
    square = Image.new("RGB", (size, size), PADDING_GREY)
    square.paste(shrink(picture, (width, height)), ((size - width) // 2, (size - height) // 2))
    return square


def percent(probability: float) -> str:
    """Return a probability for readers: rounded, but never 0 % or 100 % when it is not quite."""
    if 0 < probability < 0.005:
        return "under 1 %"
    if 0.995 <= probability < 1:
        return "over 99 %"
    return f"{probability:.0%}".replace("%", " %")


def describe(name: str, best: list[tuple[str, float]], threshold: float) -> str:
    """Return the answer about one photo as a sentence."""
    guesses = ", ".join(f"{word} ({percent(probability)})" for word, probability in best)
    if best[0][1] < threshold:
        return f"{name}: {NOT_SURE}. Best guesses: {guesses}."
    return f"{name}: most likely {guesses}."


def check(classifier: PhotoClassifier) -> bool:
    """Ask about each sample photo, print how the answers compare, and tell whether all agree."""
    path = HERE / "expected.json"
    if not path.is_file():
        raise ValueError(f"{path} is not there, so there is nothing to compare with.")
    samples = json.loads(path.read_text(encoding="utf-8"))
    agreed = 0
    for sample in samples:
        probabilities = classifier.probabilities(HERE / sample["file"])
        answers = dict(zip(classifier.class_names, probabilities, strict=True))
        difference = max(
            abs(float(answers[name]) - expected)
            for name, expected in sample["probabilities"].items()
        )
        agreed += difference <= SAME
        verdict = "as expected" if difference <= SAME else f"differs by {difference:.3f}"
        print(f"{sample['file']}: {max(answers, key=answers.get)}, {verdict}")
    print(f"{agreed} of {len(samples)} sample photos are answered as expected.")
    return agreed == len(samples)


def main() -> int:
    """Run the command line; return 0 when all went well."""
    parser = argparse.ArgumentParser(description="Say what is on photos.")
    parser.add_argument("photos", nargs="*", help="photos to ask about")
    parser.add_argument("--check", action="store_true", help="try the sample photos")
    parser.add_argument("--threshold", type=float, default=0.5, help="below it: not sure (0.5)")
    parser.add_argument("--top", type=int, default=3, help="how many classes to name (3)")
    options = parser.parse_args()
    if not options.photos and not options.check:
        parser.error("name a photo, or write --check")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a name may hold what the terminal cannot show
            stream.reconfigure(errors="backslashreplace")
    problems = 0
    try:
        classifier = PhotoClassifier()
        if options.check and not check(classifier):
            problems += 1
    except ValueError as error:
        sys.exit(str(error))
    for photo in options.photos:
        try:
            best = classifier.best(photo, max(1, options.top))
            print(describe(Path(photo).name, best, options.threshold))
        except ValueError as error:
            problems += 1
            print(error, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

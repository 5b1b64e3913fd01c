"""The page of a shared classifier, in Chromium with the network off."""

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from filelock import FileLock
from golden_photos import make_golden_photos, scene
from PIL import Image
from untrained_classifier import untrained_classifier

from workbook.photos.preprocess import Preprocess
from workbook.saving import Classifier
from workbook.sharing import NoRuntime, share_page
from workbook.sharing.runtime import VERSION, get_runtime

pytestmark = pytest.mark.browser
SAME = 1e-3
NETWORKS = ("http:", "https:", "ws:", "wss:")
HOSTILE = '</script><script>window.owned=1</script><img src=x onerror="window.owned=1">'
# The page's policy forbids eval, so that Playwright's own polling of conditions cannot be used.
SEEN = """canvas => Array.from(
    canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data)"""


@pytest.fixture(scope="session")
def runtime(request):
    """ONNX Runtime for the web, kept from one test run to the next; or a skip when offline."""
    folder = request.config.cache.mkdir(f"onnxruntime-web-{VERSION}")
    with FileLock(folder / "lock"):
        try:
            return get_runtime(folder)
        except NoRuntime as error:
            pytest.skip(str(error))


@pytest.fixture(scope="session")
def golden_photos(tmp_path_factory):
    return make_golden_photos(tmp_path_factory.mktemp("golden"))


@pytest.fixture(scope="session", params=["crop", "stretch", "pad"])
def shared(request, runtime, tmp_path_factory):
    """A classifier with this resize rule, and its page."""
    classifier = untrained_classifier(resize=request.param, size=37)
    folder = tmp_path_factory.mktemp(request.param)
    return classifier, share_page(classifier, folder / "toys.html", runtime=runtime).path


class Visitor:
    """Somebody who opens a page and shows it photos; the network is off."""

    def __init__(self, browser, path, **settings):
        self.context = browser.new_context(offline=True, **settings)
        self.page = self.context.new_page()
        self.troubles: list[str] = []
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.page.on("console", lambda message: self._note(message.text))
        self.page.on("request", self._watch)
        self.page.on("dialog", lambda dialog: self.troubles.append(dialog.message))
        self.page.goto(path.as_uri())
        self.page.get_by_text("Ready. Choose a photo.").wait_for(timeout=60_000)

    def _note(self, message):
        if "willReadFrequently" not in message:  # a hint about this test's own reading of pixels
            self.troubles.append(message)

    def _watch(self, request):
        if request.url.startswith(NETWORKS):
            self.troubles.append(request.url)

    def show(self, photo) -> str:
        """Choose a photo and return what the page says."""
        self.page.set_input_files("#choose", photo)
        self.page.locator("#status.hidden, #status.problem").wait_for(
            state="attached", timeout=60_000
        )
        return self.page.locator("#status").text_content()

    def probabilities(self) -> dict[str, float]:
        return {
            bar.locator(".name").text_content(): float(bar.get_attribute("data-probability"))
            for bar in self.page.locator("#bars li").all()
        }

    def pixels(self) -> np.ndarray:
        """What the model was shown: uint8 (3, size, size)."""
        data = np.array(self.page.locator("#seen").evaluate(SEEN), np.uint8)
        side = int((len(data) / 4) ** 0.5)
        return data.reshape(side, side, 4)[:, :, :3].transpose(2, 0, 1)


@pytest.fixture
def visit(browser):
    visitors = []

    def visit(path, **settings):
        visitors.append(Visitor(browser, path, **settings))
        return visitors[-1]

    yield visit
    for visitor in visitors:
        visitor.context.close()


def test_pixels_and_answers_are_those_of_python(shared, visit, golden_photos):
    classifier, path = shared
    visitor, largest, answers = visit(path), 0.0, []
    for name, photo in golden_photos.items():
        visitor.show(photo)
        expected = classifier.preprocess.pixels(photo).numpy()
        assert (visitor.pixels() == expected).all(), name
        probabilities = classifier.probabilities(photo).tolist()
        shown = visitor.probabilities()
        differences = [
            abs(shown[word] - own)
            for word, own in zip(classifier.class_names, probabilities, strict=True)
        ]
        largest = max(largest, *differences)
        answers.append(probabilities)
    assert largest < SAME
    assert np.ptp(answers, axis=0).max() > 0.1, "the photos must differ for this to mean anything"
    assert not visitor.troubles


@pytest.fixture(scope="module")
def page(runtime, tmp_path_factory):
    """A page with sample photos."""
    photos = tmp_path_factory.mktemp("photos")
    for number in range(2):
        Image.fromarray(scene(80, 60, seed=number)).save(photos / f"{number}.jpg")
    classifier = untrained_classifier()
    path = photos.with_name("with-samples.html")
    return share_page(classifier, path, photos=photos, runtime=runtime, threshold=0.6).path


def test_jpegs_of_all_kinds_give_the_pixels_of_python(page, visit, tmp_path):
    preprocess, random = Preprocess(size=32), np.random.default_rng(0)
    visitor = visit(page)
    for number in range(16):
        width, height, quality = random.integers((8, 8, 5), (420, 420, 101)).tolist()
        how = {
            "quality": quality,
            "subsampling": number % 3,
            "progressive": number % 2 == 0,
            "optimize": number % 4 == 1,
        }
        photo = tmp_path / f"{number}.jpg"
        Image.fromarray(scene(width, height, seed=number)).save(photo, **how)
        visitor.show(photo)
        assert (visitor.pixels() == preprocess.pixels(photo).numpy()).all(), (width, height, how)


def test_it_says_what_it_sees_and_when_it_is_not_sure(page, visit, golden_photos):
    visitor = visit(page)
    said = {visitor.show(photo).split(" ")[0] for photo in golden_photos.values()}
    assert said == {"Most", "Not"}
    for photo in golden_photos.values():
        sentence = visitor.show(photo)
        best = max(visitor.probabilities().values())
        assert sentence.startswith("Not sure.") == (best < 0.6)
        assert visitor.page.locator("#bars li").count() == 3


def test_other_formats_are_read_by_the_browser(page, visit, tmp_path):
    picture = Image.fromarray(scene(32, 32))
    picture.save(tmp_path / "photo.webp", lossless=True)
    picture.save(tmp_path / "photo.bmp")
    visitor = visit(page)
    for name in ("photo.webp", "photo.bmp"):
        visitor.show(tmp_path / name)
        assert (visitor.pixels() == np.array(picture).transpose(2, 0, 1)).all()


def with_size(jpeg: bytes, side: int) -> bytes:
    """Return a JPEG that claims to have another width and height."""
    at = jpeg.index(b"\xff\xc0") + 5  # the marker of a baseline frame, its length, 8 bits
    return jpeg[:at] + side.to_bytes(2, "big") * 2 + jpeg[at + 4 :]


def test_a_file_that_is_no_photo_gets_a_sentence(page, visit, golden_photos, tmp_path):
    files = {
        "empty.jpg": b"",
        "note.txt": b"not a photo",
        "half.jpg": golden_photos["phone"].read_bytes()[:9000],
        "half.png": golden_photos["rgba"].read_bytes()[:9000],
        "phone.heic": b"\0\0\0\x18ftypheic" + b"\0" * 40,
        "huge.jpg": with_size(golden_photos["greyscale"].read_bytes(), 60_000),
    }
    sentences = {
        "empty.jpg": "is empty",
        "note.txt": "is not a photo",
        "half.jpg": "breaks off before its end",
        "half.png": "breaks off before its end",
        "phone.heic": "cannot read HEIC",
        "huge.jpg": "60000 x 60000 pixels, more than can be read",
    }
    visitor = visit(page)
    visitor.show(golden_photos["phone"])
    for name, contents in files.items():
        (tmp_path / name).write_bytes(contents)
        assert sentences[name] in visitor.show(tmp_path / name), name
        assert not visitor.page.locator("#result").is_visible()
    visitor.show(golden_photos["phone"])
    assert visitor.page.locator("#result").is_visible()


def test_photos_are_dropped_and_clicked_on(page, visit, golden_photos):
    visitor = visit(page)
    by_file = visitor.show(golden_photos["phone"])
    contents = list(golden_photos["phone"].read_bytes())
    visitor.page.locator("#drop").evaluate(
        """(target, bytes) => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], "dropped.jpg"));
            target.dispatchEvent(new DragEvent("drop", {dataTransfer: carried, bubbles: true}));
        }""",
        contents,
    )
    visitor.page.locator("#status.hidden").wait_for(state="attached")
    assert visitor.page.locator("#status").text_content() == by_file

    visitor.page.get_by_role("button", name="Sample photo 2").click()
    visitor.page.locator("#status.hidden").wait_for(state="attached")


def test_everything_is_reached_by_keyboard_alone(page, visit):
    visitor = visit(page)
    # The window for choosing a file belongs to the system; that it is asked for is enough here.
    visitor.page.locator("#choose").evaluate(
        """input => input.addEventListener("click", event => {
            event.preventDefault();
            document.title = "asked for a file";
        })"""
    )
    visitor.page.keyboard.press("Tab")
    assert visitor.page.locator(":focus").text_content() == "Choose a photo"
    visitor.page.keyboard.press("Enter")
    assert visitor.page.title() == "asked for a file"
    visitor.page.keyboard.press("Tab")
    assert visitor.page.locator(":focus img").get_attribute("alt") == "Sample photo 1"
    visitor.page.keyboard.press("Enter")
    visitor.page.locator("#status.hidden").wait_for(state="attached")
    assert visitor.page.locator("#bars li").count() == 3


def test_a_screen_reader_finds_names_and_hears_the_answer(page, visit, golden_photos):
    visitor = visit(page)
    visitor.show(golden_photos["phone"])
    spoken = visitor.page.locator("main").aria_snapshot()
    for words in (
        'heading "my-toys 1.0" [level=1]',
        'button "Choose a photo"',
        'button "Sample photo 1"',
        'list "The most likely answers"',
        'img "Your photo"',
        'heading "How good it is" [level=3]',
    ):
        assert words in spoken, spoken
    assert visitor.page.get_by_role("status").count() == 1
    assert visitor.page.get_by_role("status").text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360], ids=["desktop", "phone"])
def test_nothing_sticks_out_and_the_words_are_readable(page, visit, golden_photos, width, scheme):
    phone = {"is_mobile": True, "has_touch": True} if width < 500 else {}
    viewport = {"width": width, "height": 800}
    visitor = visit(page, viewport=viewport, color_scheme=scheme, **phone)
    visitor.show(golden_photos["phone"])
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width
    assert visitor.page.get_by_text("Take a photo").is_visible() == bool(phone)
    for selector in (".lead", ".card p", "#answer", ".button", ".private span"):
        assert contrast(visitor.page.locator(selector).first) >= 4.5, selector


def contrast(element) -> float:
    """Contrast of text to its background, 1 to 21 (WCAG 2.2, success criterion 1.4.3)."""
    ink, paper = element.evaluate(
        """element => {
            const numbers = colour => colour.match(/[\\d.]+/g).map(Number);
            let behind = element;
            const paper = () => numbers(getComputedStyle(behind).backgroundColor);
            while (paper()[3] === 0) behind = behind.parentElement;
            return [numbers(getComputedStyle(element).color), paper()];
        }"""
    )
    lights = sorted((luminance(ink[:3]), luminance(paper[:3])))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def luminance(colour) -> float:
    parts = [value / 255 for value in colour]
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_model_file_with_hostile_metadata_runs_no_script(runtime, visit, golden_photos, tmp_path):
    hostile = untrained_classifier(
        class_names=(HOSTILE, "%MODEL%", "'; window.owned=1; '"),
        name=HOSTILE,
        limits=[HOSTILE, "<!--", "javascript:window.owned=1"],
        licence=HOSTILE,
        created=HOSTILE,
    )
    classifier = Classifier.load(hostile.save(tmp_path / "hostile.safetensors"))
    visitor = visit(share_page(classifier, tmp_path / "hostile.html", runtime=runtime).path)
    visitor.show(golden_photos["phone"])
    assert visitor.page.evaluate("window.owned") is None
    assert visitor.page.locator("main script, main [onerror]").count() == 0
    assert HOSTILE in visitor.page.locator("h1").text_content()
    assert set(visitor.probabilities()) == set(classifier.class_names)
    assert not visitor.troubles


def test_the_page_cannot_use_the_network_even_if_it_is_there(page, browser):
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    opened = browser.new_page()
    try:
        opened.goto(page.as_uri())
        outcomes = opened.evaluate(
            """async address => {
                const outcomes = [];
                await fetch(address).then(() => outcomes.push("fetched"), () => 0);
                if (navigator.sendBeacon(address + "beacon", "photo")) outcomes.push("sent");
                await new Promise(done => {
                    const image = new Image();
                    image.onload = () => done(outcomes.push("image"));
                    image.onerror = done;
                    image.src = address + "image.png";
                });
                try { new Worker(address + "worker.js"); } catch {}
                const script = document.createElement("script");
                script.textContent = "window.owned = 1";
                document.body.append(script);
                if (window.owned) outcomes.push("script");
                return outcomes;
            }""",
            f"http://127.0.0.1:{server.server_port}/",
        )
        opened.wait_for_timeout(300)
    finally:
        opened.close()
        server.shutdown()
        thread.join()
        server.server_close()
    assert set(outcomes) <= {"sent"}  # a refused beacon may still report that it was queued
    assert not asked


def test_the_page_holds_nothing_personal(page):
    text = page.read_text(encoding="utf-8")
    assert str(page.parent) not in text
    assert os.path.expanduser("~/") not in text
    settings = json.loads(text.split('id="settings">')[1].split("</script>")[0])
    assert set(settings) == {"classNames", "threshold", "preprocess"}

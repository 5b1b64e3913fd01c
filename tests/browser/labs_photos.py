"""The labs that look at photos: browsing, sorting, augmenting, looking, confusing."""

import re

from lab_case import LabCase
from playwright.sync_api import expect

SETUP = """
from workbook import PhotoSet, Preprocess, create_model, evaluate, fit
from workbook.photos.doctor import examine
from workbook.photos.folder import scan_folder
from workbook.studio import make_photos, render_photos
from workbook.views.augmentation_lab import explore_augmentation
from workbook.views.photo_browser import explore_photos
from workbook.views.confusion_explorer import explore_confusion
from workbook.views.looking_lab import explore_looking
from workbook.workspace import data_folder
import shutil, warnings

kinds = ["apple", "mug", "orange"]
folder = make_photos(data_folder() / "set", classes=kinds, per_class=14, size=32, progress=False)
shutil.copy(folder / "mug" / "mug_0001.jpg", folder / "mug" / "twin.jpg")
report = examine(folder, quick_model=False, progress=False)
camera = data_folder() / "camera"
camera.mkdir()
for number, file in enumerate(scan_folder(folder)[::4]):
    shutil.copy(file.path, camera / f"IMG_{number}.jpg")

preprocess = Preprocess(32, mean=(0.5, 0.5, 0.5), std=(0.25, 0.25, 0.25))
def studio_set(count, seed, **settings):
    images, facts = render_photos([k for k in kinds for _ in range(count)], size=32, seed=seed,
                                  **settings)
    return PhotoSet.from_tensors(images, [kinds.index(k) for k in facts["class"]], kinds,
                                 preprocess=preprocess)
def trained(photos):
    model = create_model("small_cnn", classes=3, size=32, channels=(16, 32), seed=0)
    fit(model, photos, validation, epochs=6, batch_size=16, seed=0, progress=False)
    return model
training, validation = studio_set(12, 1), studio_set(10, 2)
model = trained(training)
fooled = trained(studio_set(12, 3, shortcut=1.0))
evaluation = evaluate(model, validation)
"""


def seen(output, words: str):
    """Return what says so in the living lab, and not in the static picture hidden behind it."""
    return output.get_by_text(words).filter(visible=True)


def drive_browser(page, output) -> None:
    status = output.get_by_role("status")
    expect(status).to_contain_text("Photos 1 to 12 of 43")
    output.get_by_label("show").select_option("finding: The same photo twice (1)")
    expect(status).to_contain_text("Photos 1 to 1 of 1")
    expect(seen(output, "the same as mug/")).to_be_visible()
    for _ in range(2):  # once around
        output.get_by_role("button", name="next group").click()
    expect(status).to_contain_text("Photos 1 to 12 of 14")
    output.get_by_label("page").focus()
    page.keyboard.press("ArrowUp")
    expect(status).to_contain_text("Photos 13 to 14 of 14")
    button = output.get_by_role("button", name="choose 2", exact=True)
    button.focus()
    page.keyboard.press("Enter")  # the keyboard alone
    expect(output.get_by_role("button", name="✓ 2 chosen")).to_be_focused()
    expect(output.get_by_role("img", name=re.compile("apple_0014.jpg, chosen"))).to_be_visible()
    output.get_by_label("class", exact=True).fill("mug")
    output.get_by_role("button", name="move to this class").click()
    expect(status).to_contain_text("1 photo moved to mug")
    expect(output.get_by_label("show")).to_contain_text("class: mug (16)")
    output.get_by_role("button", name="undo").click()
    expect(status).to_contain_text("1 photo put back")
    expect(output.get_by_label("show")).to_contain_text("class: mug (15)")


def drive_sorting(page, output) -> None:
    status = output.get_by_role("status")
    for number in (1, 2, 3):
        output.get_by_role("button", name=f"choose {number}", exact=True).click()
    expect(status).to_contain_text("3 chosen")
    output.get_by_label("class", exact=True).fill("apple")
    output.get_by_role("button", name="move to this class").click()
    expect(status).to_contain_text("3 photos moved to apple")
    output.get_by_role("button", name="choose all on this page").click()
    output.get_by_role("button", name="to quarantine").click()
    expect(status).to_contain_text("moved to the quarantine; nothing is deleted")
    for _ in range(2):
        output.get_by_role("button", name="undo").click()
        expect(status).to_contain_text("put back")
    expect(output.get_by_label("show")).to_contain_text("unsorted (11)")


def drive_augmentation(page, output) -> None:
    expect(output.get_by_role("img")).to_have_count(9)
    expect(seen(output, "Small changes")).to_be_visible()
    code = output.locator("code").filter(visible=True)
    output.get_by_role("slider").first.focus()
    page.keyboard.press("End")
    expect(seen(output, "Turned by up to 180 degrees")).to_be_visible()
    expect(code).to_contain_text("rotate=180")
    for _ in range(12):  # faster than the pictures can follow: the last position wins
        page.keyboard.press("ArrowLeft")
    expect(code).to_contain_text("rotate=168")
    before = output.get_by_role("img", name="Version 1").get_attribute("src")
    output.get_by_role("button", name="a drawn 6").click()
    expect(seen(output, "6 and 9 may look alike")).to_be_visible()
    assert output.get_by_role("img", name="Version 1").get_attribute("src") != before


def drive_looking(page, output) -> None:
    expect(output.get_by_role("img")).to_have_count(10)
    map_of_honest = output.get_by_role("img", name=re.compile("Occlusion map .* honest"))
    before = map_of_honest.get_attribute("src")
    output.get_by_label("photo").focus()
    page.keyboard.press("ArrowUp")
    expect(map_of_honest).not_to_have_attribute("src", before)
    output.get_by_role("button", name="mug").click()
    expect(seen(output, "occlusion map for mug")).to_have_count(2)
    expect(seen(output, "What such a map cannot tell")).to_be_visible()


def drive_confusion(page, output) -> None:
    cells = output.locator("button.workbook-cell")
    expect(cells).to_have_count(9)
    counts = [int(text) for text in cells.all_text_contents()]
    assert sum(counts) == 30
    mistake = max((0, 1, 2, 3, 5, 6, 7), key=lambda i: counts[i] if i % 4 else -1)
    chosen = output.locator("button.workbook-chosen-cell")
    expect(chosen).to_have_text(str(max(counts[i] for i in (1, 2, 3, 5, 6, 7))))
    cells.nth(4).click()
    expect(seen(output, f"mug, and right: {counts[4]}")).to_be_visible()
    expect(output.get_by_role("img", name=re.compile("Training photo of"))).to_have_count(4)
    cells.nth(mistake).focus()
    page.keyboard.press("Enter")
    expect(cells.nth(mistake)).to_have_class(re.compile("workbook-chosen-cell"))
    output.get_by_role("button", name="this label is wrong").click()
    expect(seen(output, "label marked as wrong: none of the classes")).to_be_visible()
    output.get_by_role("button", name="take the mark back").click()
    expect(seen(output, "The mark is gone")).to_be_visible()


LABS = {
    "browser": LabCase("explore_photos(folder, report)", drive_browser),
    "sorting": LabCase("explore_photos(camera)", drive_sorting),
    "augmentation": LabCase("explore_augmentation(validation, model)", drive_augmentation),
    "looking": LabCase(
        'explore_looking({"the shortcut": fooled, "honest": model}, validation)', drive_looking
    ),
    "confusion": LabCase(
        "explore_confusion(evaluation, validation, model=model, training=training)",
        drive_confusion,
    ),
}

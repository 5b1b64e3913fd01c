"""What the doctor can find, and what it tells a beginner about each finding."""

from dataclasses import dataclass

MOVE, CONVERT, DECIDE = "move", "convert", "decide"


@dataclass(frozen=True)
class FindingKind:
    """One kind of finding.

    title: for headings. why: why it matters. advice: what to do about it.
    action: MOVE (``repair`` moves the file to the quarantine), CONVERT (``repair`` makes a clean
    copy and moves the original to the quarantine) or DECIDE (a person has to look).
    """

    title: str
    why: str
    advice: str
    action: str


@dataclass(frozen=True)
class Finding:
    """One row of the doctor's table.

    file: relative to the examined folder, with forward slashes; a class folder where the finding
    is about a class. split: "" where the photos are not split. other_file: the photo that this one
    repeats. suggested_class: what a photo with a suspicious label looks like.
    """

    finding: str
    file: str
    class_name: str
    split: str
    detail: str
    other_file: str = ""
    suggested_class: str = ""


_CONVERTED = "repair(report) saves an ordinary copy in its place and keeps the original."
_MOVED = "repair(report) moves it to the quarantine folder."
_COPIES_MOVED = "repair(report) keeps one and moves the others to the quarantine folder."

KINDS = {
    "unreadable": FindingKind(
        "Photos that cannot be opened",
        "Training stops at such a file, or silently leaves it out.",
        f"Copy it again from where it came from, or do without it. {_MOVED}",
        MOVE,
    ),
    "truncated": FindingKind(
        "Photos that break off",
        "The file ends too early, often after an interrupted copy or download, so part of the "
        "picture is missing.",
        f"Copy it again from where it came from, or do without it. {_MOVED}",
        MOVE,
    ),
    "not_an_image": FindingKind(
        "Files that are no photos",
        "Only photos belong in a class folder. A web page saved under the name of a photo is the "
        "usual result of a failed download.",
        _MOVED,
        MOVE,
    ),
    "wrong_extension": FindingKind(
        "Names that lie about the format",
        "The ending of the name says one format and the content is another, or the ending is none "
        "that a photo has. Some programs refuse such a file, others overlook it.",
        "repair(report) saves a copy under the right ending and keeps the original.",
        CONVERT,
    ),
    "stray_file": FindingKind(
        "Stray files",
        "Computers leave hidden files among photos, and a photo outside every class folder has no "
        "label. Programs that count or open every file stumble over them.",
        _MOVED,
        MOVE,
    ),
    "animation": FindingKind(
        "Animations",
        "The file holds several pictures. A classifier looks at one.",
        f"The first picture is taken. {_CONVERTED}",
        CONVERT,
    ),
    "sixteen_bit": FindingKind(
        "Photos with 16 or more bits a value",
        "Pixels run to 65535 instead of 255. Read carelessly, such a photo becomes plain white.",
        _CONVERTED,
        CONVERT,
    ),
    "alpha": FindingKind(
        "Photos with transparency",
        "They have four channels instead of three, so they do not fit into a batch with others, "
        "and what shows through is left to chance.",
        f"Transparent parts become white. {_CONVERTED}",
        CONVERT,
    ),
    "cmyk": FindingKind(
        "Photos in printing colours",
        "Their channels are inks (CMYK) or another colour system instead of red, green and blue.",
        _CONVERTED,
        CONVERT,
    ),
    "palette": FindingKind(
        "Photos with a palette",
        "Each pixel is a number in a list of at most 256 colours, and not a colour itself.",
        _CONVERTED,
        CONVERT,
    ),
    "greyscale": FindingKind(
        "Greyscale photos",
        "They have one channel instead of three. And if one class has many of them, the model may "
        "learn that missing colour means this class.",
        f"The grey is written into three channels; colour does not come back. {_CONVERTED}",
        CONVERT,
    ),
    "exif_rotated": FindingKind(
        "Photos that lie on their side",
        "The camera stored the photo turned and left a note (EXIF) how to turn it. Programs that "
        "overlook the note show it lying down.",
        _CONVERTED,
        CONVERT,
    ),
    "tiny": FindingKind(
        "Tiny photos",
        "Too few pixels to show the object; enlarged, it is a blur that teaches little.",
        f"Look for the full-size photo: this may be a preview. {_MOVED}",
        MOVE,
    ),
    "extreme_shape": FindingKind(
        "Very long or tall photos",
        "Made square, the object is squeezed beyond recognition or cut off.",
        f"Cut out the part with the object by hand. {_MOVED}",
        MOVE,
    ),
    "exact_duplicate": FindingKind(
        "The same photo twice",
        "A photo that is there twice counts twice, and a later split can put one copy into "
        "training and the other into the test.",
        _COPIES_MOVED,
        MOVE,
    ),
    "near_duplicate": FindingKind(
        "Nearly the same photo twice",
        "Shots of one scene, or a photo cropped, brightened or saved again, add little, and a "
        "later split can put one into training and the other into the test.",
        f"Keep shots of one scene in one part of the split, or keep only one. {_COPIES_MOVED}",
        MOVE,
    ),
    "leak_exact": FindingKind(
        "The same photo in two parts of the split",
        "The model is tested on a photo that it has learned by heart. The score looks better than "
        "the model is.",
        f"The test photos stay, the copies go. {_COPIES_MOVED}",
        MOVE,
    ),
    "leak_near": FindingKind(
        "Nearly the same photo in two parts of the split",
        "The model is tested on a scene that it has learned by heart. The score looks better than "
        "the model is.",
        f"The test photos stay, the copies go. {_COPIES_MOVED}",
        MOVE,
    ),
    "imbalance": FindingKind(
        "Classes of very different size",
        "A model that always answers with the big class looks good, and the small class is hardly "
        "learned.",
        "Add photos to the small class, or take fewer of the big one.",
        DECIDE,
    ),
    "empty_class": FindingKind(
        "Classes without photos",
        "Nothing can be learned, or measured, about a class that has no photos there.",
        "Add photos, or remove the class folder everywhere.",
        DECIDE,
    ),
    "single_photo_class": FindingKind(
        "Classes with a single photo",
        "One photo cannot be in training and in the test at once.",
        "Add photos, or remove the class.",
        DECIDE,
    ),
    "suspicious_label": FindingKind(
        "Labels to look at",
        "A quick model that learned from all the other photos is sure of another class. Some of "
        "these labels are wrong; others are right and the photo is merely hard.",
        "Look at each. Move a photo to its right class folder only when you can see that the label "
        "is wrong.",
        DECIDE,
    ),
    "border_or_mark": FindingKind(
        "A frame or mark that goes with one class",
        "Most photos of a class carry the same frame, stamp or watermark at the same place. The "
        "model learns the mark instead of the object, and fails on photos without it.",
        "Crop the mark away, or replace these photos; do it in every class alike.",
        DECIDE,
    ),
}
FINDINGS = tuple(KINDS)

"""Exercise of Chapter 6 on a whole folder of photos with broken files in it."""

import csv
import io

import numpy as np
from PIL import Image, ImageStat

from workbook.lessons.exercises.exercise import Case, Exercise, Folder, Misconception

COLUMNS = ["file", "answer", "problem"]

# 6.3 classify_folder


def _classify_folder(photos, results):
    rows = [_row(path) for path in sorted(photos.iterdir())]
    _write_rows(results, rows)


def _row(path, bright="bright", dark="dark"):
    try:
        with Image.open(path) as image:
            brightness = ImageStat.Stat(image.convert("RGB").convert("L")).mean[0]
    except OSError:
        return {"file": path.name, "answer": "", "problem": "cannot be read"}
    return {"file": path.name, "answer": bright if brightness >= 128 else dark, "problem": ""}


def _write_rows(results, rows):
    with (results / "answers.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def _broken_left_out(photos, results):
    rows = [_row(path) for path in sorted(photos.iterdir())]
    _write_rows(results, [row for row in rows if not row["problem"]])


def _broken_called_dark(photos, results):
    rows = [_row(path) for path in sorted(photos.iterdir())]
    _write_rows(results, [row | {"answer": row["answer"] or "dark", "problem": ""} for row in rows])


def _stops_at_the_broken(photos, results):
    for path in sorted(photos.iterdir()):
        with Image.open(path) as image:
            image.load()
    _classify_folder(photos, results)


def _answers_swapped(photos, results):
    _write_rows(results, [_row(path, "dark", "bright") for path in sorted(photos.iterdir())])


def _no_header(photos, results):
    _classify_folder(photos, results)
    path = results / "answers.csv"
    path.write_bytes(path.read_bytes().split(b"\n", 1)[1])


def _problem_unexplained(photos, results):
    rows = [_row(path) | {"problem": ""} for path in sorted(photos.iterdir())]
    _write_rows(results, rows)


def _not_converted(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = _row(path)
        if not row["problem"]:
            with Image.open(path) as image:
                row["answer"] = "bright" if np.asarray(image).mean() >= 128 else "dark"
        rows.append(row)
    _write_rows(results, rows)


def _same_table(got, expected):
    """Compare the tables row by row. The wording of a problem is free."""
    if got[0] != expected[0]:
        return "Your code changed the photos in the folder. It should only read them."
    rows, wanted = _rows_of(got[1]), _rows_of(expected[1])
    if rows is None or wanted is None:
        return None if rows is wanted else "There should be a file answers.csv in results."
    if rows[0] != wanted[0]:
        return f"The first line of answers.csv should be {','.join(COLUMNS)}."
    if [row[0] for row in rows[1:]] != [row[0] for row in wanted[1:]]:
        return "There should be one row for each file, sorted by name, with the name of the file."
    for row, other in zip(rows[1:], wanted[1:], strict=True):
        if row[1] != other[1]:
            return f"The answer for {other[0]} should be {other[1] or 'empty'}."
        if row[2] != other[2]:
            return (
                f"The column problem for {other[0]} should {'' if other[2] else 'not '}be filled."
            )
    return None


def _rows_of(files):
    """Return whether the columns have their names, then a row for each line below; or None.

    A row is (file, answer, whether there is a problem).
    """
    if "answers.csv" not in files:
        return None
    text = files["answers.csv"].decode("utf-8-sig", errors="replace")
    lines = [line for line in csv.reader(io.StringIO(text, newline="")) if line]
    rows = [lines[:1] == [COLUMNS]]
    for line in lines[1:]:
        file, answer, *problem = line + [""] * len(COLUMNS)
        rows.append((file, answer, any(words.strip() for words in problem)))
    return rows


def _table_in(observed):
    """Show the lines of answers.csv."""
    files = observed[1]
    return (
        files["answers.csv"].decode().splitlines() if "answers.csv" in files else "no answers.csv"
    )


def _photo_bytes(chance, brightness, mode="RGB", file_format="PNG", size=(10, 12)):
    """Return a noisy photo (height, width), with this mean brightness (20 to 235)."""
    noise = chance.integers(-20, 21, (*size, 3))
    image = Image.fromarray((noise + brightness).clip(0, 255).astype(np.uint8)).convert(mode)
    file = io.BytesIO()
    image.save(file, file_format)
    return file.getvalue()


def _flat_photo(brightness):
    file = io.BytesIO()
    Image.new("RGB", (6, 5), (brightness,) * 3).save(file, "PNG")
    return file.getvalue()


def _folder_cases(seed):
    chance = np.random.default_rng(seed)
    cases = []
    for count in (1, 3, 5):
        files = {}
        for place in range(count):
            brightness = int(chance.choice([40, 70, 190, 215]))
            files[f"photo_{place}.png"] = _photo_bytes(chance, brightness)
        whole = _photo_bytes(chance, 60, file_format="JPEG", size=(48, 48))
        files["cut_off.jpg"] = whole[: len(whole) * 3 // 4]  # opens, but its pixels end too soon
        files["evening.png"] = _photo_bytes(chance, 95, mode="RGBA")
        files["just_bright.png"] = _flat_photo(128)
        files["just_dark.png"] = _flat_photo(127)
        files["notes.jpg"] = b"This is a text, whatever its name says."
        cases.append(Case((Folder(files), Folder({})), observe="arguments"))
    return cases


CLASSIFY_FOLDER = Exercise(
    name="classify_folder",
    chapter=6,
    section="6.3",
    title="A whole folder, and a broken file in it",
    difficulty="hard",
    minutes=20,
    points=2,
    milestone="6.2",
    reference=_classify_folder,
    cases=_folder_cases,
    same=_same_table,
    show=_table_in,
    hints=(
        "Make a list of rows first, one for each path in sorted(photos.iterdir()). path.name is "
        "the name of the file. Write the table at the end.",
        "Put everything that may fail between try: and except OSError: — the opening and the "
        'convert("RGB"), because only then the pixels are read. In the except part, add a row '
        "with the problem.",
        'pd.DataFrame(rows, columns=["file", "answer", "problem"]).to_csv(results / "answers.csv", '
        "index=False) writes a list of rows.",
    ),
    misconceptions=(
        Misconception(
            "broken_left_out",
            _broken_left_out,
            "The broken files have no row. Whoever reads the table would believe that all files "
            "were looked at. Give each of them a row with its problem.",
        ),
        Misconception(
            "stops_at_the_broken",
            _stops_at_the_broken,
            "The first broken file stops everything. Put try: and except OSError: around the lines "
            "that read the photo.",
        ),
        Misconception(
            "broken_gets_an_answer",
            _broken_called_dark,
            "A broken file gets an answer, although nobody could see it. Its answer stays empty, "
            "and its problem is written down.",
        ),
        Misconception(
            "problem_unexplained",
            _problem_unexplained,
            "Broken files have a row, but their column problem is empty. Write down what is wrong.",
        ),
        Misconception(
            "header_missing",
            _no_header,
            "The first line with the names of the columns is missing: file,answer,problem.",
        ),
        Misconception(
            "answers_swapped",
            _answers_swapped,
            "Your answers are swapped: bright photos are called dark.",
        ),
        Misconception(
            "not_converted",
            _not_converted,
            "You take the mean of all that is in the file. A see-through photo (RGBA) has a fourth "
            'number for each pixel, which is no colour. Use convert("RGB") first.',
        ),
    ),
)

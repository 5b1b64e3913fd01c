# %% right: the csv module, and any error
def classify_folder(photos, results):
    with open(results / "answers.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["file", "answer", "problem"])
        for path in sorted(photos.glob("*")):
            try:
                image = Image.open(path).convert("RGB")
                values = list(image.tobytes())
                answer = "bright" if sum(values) / len(values) >= 128 else "dark"
                writer.writerow([path.name, answer, ""])
            except Exception as error:
                writer.writerow([path.name, "", f"cannot be read: {type(error).__name__}"])


# %% right: a helper, torch, and text written by hand
def mean_of(path):
    with Image.open(path) as photo:
        return torch.tensor(np.array(photo.convert("RGB"))).float().mean().item()


def classify_folder(photos, results):
    lines = ["file,answer,problem"]
    for name in sorted(path.name for path in photos.iterdir()):
        try:
            lines.append(f"{name},{'dark' if mean_of(photos / name) < 128 else 'bright'},")
        except OSError:
            lines.append(f"{name},,broken")
    (results / "answers.csv").write_text("\n".join(lines), encoding="utf-8")


# %% wrong: broken_left_out
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        try:
            pixels = np.array(Image.open(path).convert("RGB"))
        except OSError:
            continue
        answer = "bright" if pixels.mean() >= 128 else "dark"
        rows.append({"file": path.name, "answer": answer, "problem": ""})
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: stops_at_the_broken
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        pixels = np.array(Image.open(path).convert("RGB"))
        answer = "bright" if pixels.mean() >= 128 else "dark"
        rows.append({"file": path.name, "answer": answer, "problem": ""})
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: stops_at_the_broken
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": path.name, "answer": "", "problem": ""}
        try:
            photo = Image.open(path)  # a photo that is cut off opens without an error
        except OSError as error:
            row["problem"] = str(error)
        else:
            row["answer"] = "bright" if np.array(photo.convert("RGB")).mean() >= 128 else "dark"
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: broken_gets_an_answer
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        try:
            brightness = np.array(Image.open(path).convert("RGB")).mean()
        except OSError:
            brightness = 0
        answer = "bright" if brightness >= 128 else "dark"
        rows.append({"file": path.name, "answer": answer, "problem": ""})
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: problem_unexplained
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": path.name, "answer": "", "problem": ""}
        try:
            pixels = np.array(Image.open(path).convert("RGB"))
            row["answer"] = "bright" if pixels.mean() >= 128 else "dark"
        except OSError:
            pass
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: header_missing
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": path.name, "answer": "", "problem": ""}
        try:
            pixels = np.array(Image.open(path).convert("RGB"))
            row["answer"] = "bright" if pixels.mean() >= 128 else "dark"
        except OSError as error:
            row["problem"] = str(error)
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False, header=False)


# %% wrong: answers_swapped
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": path.name, "answer": "", "problem": ""}
        try:
            pixels = np.array(Image.open(path).convert("RGB"))
            row["answer"] = "dark" if pixels.mean() >= 128 else "bright"
        except OSError as error:
            row["problem"] = str(error)
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: not_converted
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": path.name, "answer": "", "problem": ""}
        try:
            row["answer"] = "bright" if np.array(Image.open(path)).mean() >= 128 else "dark"
        except OSError as error:
            row["problem"] = str(error)
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: wrong_value
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": str(path), "answer": "", "problem": ""}
        try:
            pixels = np.array(Image.open(path).convert("RGB"))
            row["answer"] = "bright" if pixels.mean() >= 128 else "dark"
        except OSError as error:
            row["problem"] = str(error)
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: wrong_value
def classify_folder(photos, results):
    rows = []
    for path in sorted(photos.iterdir()):
        row = {"file": path.name, "answer": "", "problem": "none"}
        try:
            pixels = np.array(Image.open(path).convert("RGB"))
            row["answer"] = "bright" if pixels.mean() >= 128 else "dark"
        except OSError as error:
            row["problem"] = str(error)
        rows.append(row)
    pd.DataFrame(rows).to_csv(results / "answers.csv", index=False)


# %% wrong: wrong_value
def classify_folder(photos, results):
    return [path.name for path in sorted(photos.iterdir())]

"""A web app around the model: choose a photo, and see what the model says.

Hugging Face Spaces starts this file; on your own computer: pip install -r requirements.txt gradio,
then python app.py.
"""

import json
from pathlib import Path

import gradio
from predict import PhotoClassifier, percent

HERE = Path(__file__).resolve().parent
ABOUT = json.loads((HERE / "about.json").read_text(encoding="utf-8"))
THRESHOLD = ABOUT["threshold"]
SAMPLES = sorted(str(path) for path in (HERE / "samples").glob("*"))

classifier = PhotoClassifier()


def answer(photo: str | None) -> tuple[str, dict[str, float]]:
    """Return a sentence and the most likely classes for the photo at this path."""
    if photo is None:
        return "Choose a photo first.", {}
    try:
        best = classifier.best(photo)
    except ValueError:
        return "This file cannot be read as a photo. Choose a JPEG or PNG file.", {}
    name, probability = best[0]
    if probability < THRESHOLD:
        return f"Not sure. The best guess is {name} ({percent(probability)}).", dict(best)
    return f"Most likely {name} ({percent(probability)}).", dict(best)


with gradio.Blocks(title=ABOUT["title"]) as app:
    gradio.HTML(f"<h1>{ABOUT['title_html']}</h1>")
    with gradio.Row():
        with gradio.Column():
            photo = gradio.Image(type="filepath", label="Your photo", image_mode=None, height=300)
            ask = gradio.Button("What is it?", variant="primary")
        with gradio.Column():
            sentence = gradio.Textbox(label="Answer", interactive=False)
            bars = gradio.Label(num_top_classes=3, label="How likely", show_heading=False)
    if SAMPLES:
        gradio.Examples(SAMPLES, inputs=photo)
    gradio.HTML(ABOUT["card_html"])
    ask.click(answer, inputs=photo, outputs=[sentence, bars])
    photo.change(answer, inputs=photo, outputs=[sentence, bars])

if __name__ == "__main__":
    app.launch()

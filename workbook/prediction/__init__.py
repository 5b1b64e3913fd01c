"""Prediction: what a classifier says of one photo, or of each photo in a folder."""

from workbook.prediction.folder import find_photos, predict_folder
from workbook.prediction.single import Prediction, predict_photo
from workbook.prediction.table import check_csv_path, predict_to_csv, read_csv, write_csv

__all__ = [
    "Prediction",
    "check_csv_path",
    "find_photos",
    "predict_folder",
    "predict_photo",
    "predict_to_csv",
    "read_csv",
    "write_csv",
]

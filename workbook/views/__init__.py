"""Pictures for notebooks. Every picture has a title, labelled axes and a description in words."""

from workbook.views.curves import plot_history, plot_lines
from workbook.views.picture import Picture
from workbook.views.pixels import show_pixel_values
from workbook.views.results import plot_bars, plot_confusion, plot_reliability
from workbook.views.tiles import show_feature_maps, show_filters, show_photos, show_weights

__all__ = [
    "Picture",
    "plot_bars",
    "plot_confusion",
    "plot_history",
    "plot_lines",
    "plot_reliability",
    "show_feature_maps",
    "show_filters",
    "show_photos",
    "show_pixel_values",
    "show_weights",
]

"""The plots of the chapters: `plot` (what they share), and one module for each subject."""

from .activation import activation_curves
from .contenders import contenders
from .descent import descent, descent_by_optimizer
from .gallery import errors_by_entry, pairs_of_runs, with_bugs
from .growth import time_against_size
from .initialization import histograms, measure_by_layer
from .machines import pipeline_schedule, time_by_machines
from .matrix_products import BothLayouts, Matrix, both_layouts, matrices
from .memory import memory_by_segments, memory_by_step
from .moved import with_equal_layers, with_starts
from .oracle import error_against_step
from .plot import Plot
from .precision import binary_digits, digits_by_size, gradient_histogram, loss_scale, power_of_two
from .recorded_calculation import recorded_calculation
from .recorded_graph import recorded_graph
from .stages import time_by_stage
from .tangent import activation_at, cost_against_weight
from .training import compare_runs, compare_with, confusion_matrix, cost_against_rate, images, learning_curve
from .vanishing import chain_factors, gradient_flow, jacobian_spectra, norms, unit_circle_image

__all__ = [
    "BothLayouts",
    "Matrix",
    "Plot",
    "activation_at",
    "activation_curves",
    "binary_digits",
    "both_layouts",
    "chain_factors",
    "compare_runs",
    "compare_with",
    "confusion_matrix",
    "contenders",
    "cost_against_rate",
    "cost_against_weight",
    "descent",
    "descent_by_optimizer",
    "digits_by_size",
    "error_against_step",
    "errors_by_entry",
    "gradient_flow",
    "gradient_histogram",
    "histograms",
    "images",
    "jacobian_spectra",
    "learning_curve",
    "loss_scale",
    "matrices",
    "measure_by_layer",
    "memory_by_segments",
    "memory_by_step",
    "norms",
    "pairs_of_runs",
    "pipeline_schedule",
    "power_of_two",
    "recorded_calculation",
    "recorded_graph",
    "time_against_size",
    "time_by_machines",
    "time_by_stage",
    "unit_circle_image",
    "with_bugs",
    "with_equal_layers",
    "with_starts",
]

"""Every rule has a signature, from which its formula is made; what has none is no rule, and says why."""

import inspect
from importlib import import_module

import pytest

from literate_bp import READING_ORDER
from literate_bp.formula.signatures import SIGNATURES

NOT_RULES = {
    "the textbook's form of a rule, which a worked example traces from its declaration": """
        activation.textbook_sigmoid activation.textbook_sigmoid_derivative activation.textbook_tanh
        activation.textbook_tanh_derivative activation.textbook_softplus activation.textbook_softmax
        cost.textbook_binary_cross_entropy cost.textbook_cross_entropy cost.textbook_error
        residual.residual_error_of_node
        """,
    "a part of a rule, whose formula it stands in": """
        activation.limited activation.finite activation.gated activation.log1p activation.normal_cdf
        network.cost_input network.output_derivative network.output_shortcut
        weight_normalization.norms
        """,
    "a loop over rules that have their formulas": """
        nodes.errors nodes.descend network.cost network.parameter_gradients
        initialization.square_factors initialization.weight_factor
        training.descend training.one_epoch training.train
        stepping.row_gradient dropout.masked_forward dropout.masked_backward dropout.dropout_gradient
        vanishing.jacobian vanishing.jacobians vanishing.error_bounds vanishing.gradient_flow
        checkpointing.segment_output checkpointing.segment_trace checkpointing.recomputed_from_last
        checkpointing.backward_in_segments checkpointing.gradients_from_last
        precision.mixed_forward precision.activation_backward precision.mixed_backward precision.unscale_gradients
        precision.mixed_step precision.train_mixed
        """,
    "what is done to all entries of a row, or to a mask; its docstring has the formula": """
        schedules.norm schedules.clipped stepping.accumulated stepping.by_weight_of_part
        dropout.inverted
        normalization.centered normalization.root_mean_square normalization.divided_gradient normalization.scaled
        normalization.scale_gradient inference.averaged inference.by_averages
        inference.folded_layer inference.folded
        """,
    "a measurement, or a search": """
        range_test.rate_range_test range_test.cost_on range_test.warn_if_at_an_end schedules.constant
        oracle.layer_after oracle.apart oracle.uncertainty oracle.compare oracle.report_of oracle.check_gradient
        training.accuracy training.share_correct
        vanishing.maximum vanishing.largest_derivative vanishing.spectral_norm vanishing.euclidean_norm
        vanishing.factor_bound
        vanishing.singular_values vanishing.saturation
        precision.rounding_outcomes precision.run_rounded precision.all_finite precision.largest_scale
        """,
    "a draw of random numbers, or an order": """
        initialization.normal initialization.uniform initialization.orthogonal initialization.initialize
        initialization.rescaled initialization.initialize_from_data
        training.shuffled training.mini_batches oracle.pushes_of
        dropout.kept_nodes dropout.masks_of
        """,
    "makes, converts, looks up or refuses arguments and results": """
        nodes.sigmoid_layer activation.elementwise_activations
        network.locked network.replace_unchecked network.inputs_of network.targets_of network.require_finite
        network.cast network.require_trace
        oracle.require_complex oracle.require_finite_cost oracle.precision_of oracle.numbers_computed oracle.is_large
        initialization.scheme_of initialization.activation_names initialization.warn_of_mismatch
        training.with_epoch training.as_batch
        training.held_out_batch training.warn_if_unchanged training.goes_on
        network.in_a_row network.with_row network.of_normalization
        inference.first_averages inference.at_inference
        stepping.first_kept stepping.optimizer_of stepping.optimized_epochs
        checkpointing.segment_lengths network.output_placeholder
        precision.limits_of precision.as_type precision.finite_in_float32 precision.warn_if_all_skipped
        """,
    "makes a rule of the tape from a rule, or does what NumPy's own operation asks of a gradient": """
        operations.left_gradient operations.right_gradient operations.sum_gradient operations.mean_gradient
        operations.item_gradient operations.items_along_gradient operations.of_activation operations.of_cost
        operations.fitted operations.added operations.constant
        """,
    "records, and goes through the record": """
        tape.no_grad tape.apply tape.plain tape.from_end
        """,
    "sends, waits, adds up, or counts that": """
        communication.tree_bytes communication.ring_all_reduce communication.tree_all_reduce communication.time_of
        communication.ring_time communication.tree_time
        pipeline.forward_first pipeline.back_when_possible pipeline.needed pipeline.schedule pipeline.waiting_share
        pipeline.numbers_kept pipeline.most_kept pipeline.backward_in_pipeline
        parallel.mean_gradients
        parallel.train_in_shards
        parallel.weighted_mean parallel.shard_gradients parallel.connected parallel.submit_all parallel.cancel
        parallel.result_of parallel.results parallel.gradients_from_shards parallel.backward_in_shards
        parallel.epochs_in_shards parallel.row_gradient_in_shards
        """,
    "cuts examples": """
        parallel.rows_of_step parallel.shards_of parallel.sizes_of
        parallel.is_file parallel.rows parallel.shard_sizes parallel.cut parallel.chunks
        """,
    "writes a file, or reads it": """
        saving.save saving.load saving.arrays_of saving.parameters_of saving.about_history saving.arrays_in
        saving.network_in saving.history_in
        """,
    "counts bytes": """
        memory.temporary_bytes memory.layer_memory memory.output_error_peak memory.network_memory
        memory.forward_steps memory.plain_steps memory.equal_runs memory.format_bytes memory.object_overhead
        memory.plan_from_steps memory.memory_plan
        checkpointing.recompute_steps checkpointing.backward_steps checkpointing.checkpointed_steps
        checkpointing.segment_forward_steps checkpointing.segment_backward_steps checkpointing.checkpoint_plan
        checkpointing.candidate_segments checkpointing.first_layer_peaks checkpointing.segment_peaks
        checkpointing.peak_of checkpointing.up_to checkpointing.best_segments
        """,
}
WITHOUT_RULES = (
    "profiling",
    "loops",
    "gallery",
    "example",
    "targets",
    "class_weights",
)  # they measure bytes, take steps, plant bugs, hold examples, make targets, weigh examples
MODULES = [name for name in READING_ORDER if name not in WITHOUT_RULES]


def defined(module):
    """Return the functions that a rule module defines itself."""
    found = vars(import_module(f"literate_bp.{module}")).values()
    return {
        f"{module}.{f.__name__}" for f in found if inspect.isfunction(f) and f.__module__ == f"literate_bp.{module}"
    }


@pytest.mark.parametrize("module", MODULES)
def test_a_rule_has_a_signature(module):
    excused = {name for names in NOT_RULES.values() for name in names.split()}
    lacking = defined(module) - SIGNATURES.keys() - excused
    assert not lacking, (
        f"{sorted(lacking)}: no formula can be made of them; add a signature in src/literate_bp/formula/signatures.py, "
        f"or, if they are no rules, say why in {__file__}"
    )


def test_what_is_no_rule_exists_and_is_listed_once():
    names = [name for names in NOT_RULES.values() for name in names.split()]
    assert len(names) == len(set(names))
    assert set(names) <= {name for module in MODULES for name in defined(module)}
    assert not SIGNATURES.keys() & set(names)


def test_modules_without_rules_have_no_signature():
    assert not [name for name in SIGNATURES if name.partition(".")[0] in WITHOUT_RULES]

"""The five diagrams: one node and a whole network, forward and backward, and the gradients of the weights.

Read in this order: `quantities` (the symbols and values of a pass), `description` (the same as text), `layout`,
`marks`, `matrix_table` and `legend` (what the diagrams are made of), `picture` (a finished diagram); then
`node_layout` (what diagrams 1 and 2 share) and `node_forward`, `network_layout` (what 3 to 5 share),
`network_forward` and `weight_gradients`.
"""

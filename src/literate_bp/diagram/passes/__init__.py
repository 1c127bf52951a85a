"""The diagrams of a forward and a backward pass: of one node, of a whole network, and of the weight gradients.

Read in this order: `quantities` (the symbols and values of the passes), `description` (the same as text), `layout`,
`marks`, `matrix_table` and `legend` (what diagrams are made of), `picture` (a finished diagram); then `node_layout`
(what diagrams 1 and 2 share), `node_forward` and `node_backward`; then `network_layout` (what diagrams 3, 4 and 5
share), `network_forward`, `network_backward` and `weight_gradients`.
"""

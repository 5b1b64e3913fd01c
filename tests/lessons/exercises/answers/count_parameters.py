# %% right: torch builds the network and counts
def count_parameters(sizes):
    layers = [nn.Linear(sizes[i], sizes[i + 1]) for i in range(len(sizes) - 1)]
    return sum(p.numel() for p in nn.Sequential(*layers).parameters())


# %% right: the bias is one more input
def count_parameters(sizes):
    return sum((before + 1) * after for before, after in zip(sizes[:-1], sizes[1:]))


# %% right: numpy
def count_parameters(sizes):
    sizes = np.array(sizes)
    return np.dot(sizes[:-1], sizes[1:]) + sizes[1:].sum()


# %% wrong: biases_forgotten
def count_parameters(sizes):
    total = 0
    for inputs, neurons in zip(sizes, sizes[1:]):
        total = total + inputs * neurons
    return total


# %% wrong: one_bias_for_each_layer
def count_parameters(sizes):
    total = 0
    for inputs, neurons in zip(sizes, sizes[1:]):
        total = total + inputs * neurons + 1
    return total


# %% wrong: inputs_have_biases
def count_parameters(sizes):
    total = sum(sizes)
    for inputs, neurons in zip(sizes, sizes[1:]):
        total = total + inputs * neurons
    return total


# %% wrong: biases_of_the_inputs_instead
def count_parameters(sizes):
    total = 0
    for inputs, neurons in zip(sizes, sizes[1:]):
        total = total + inputs * neurons + inputs
    return total


# %% wrong: first_layer_alone
def count_parameters(sizes):
    for inputs, neurons in zip(sizes, sizes[1:]):
        return inputs * neurons + neurons


# %% wrong: all_multiplied
def count_parameters(sizes):
    total = 1
    for size in sizes:
        total = total * size
    return total


# %% wrong: wrong_value
# only the last layer
def count_parameters(sizes):
    for inputs, neurons in zip(sizes, sizes[1:]):
        total = inputs * neurons + neurons
    return total


# %% wrong: wrong_type
# a list with a number for each layer
def count_parameters(sizes):
    return [inputs * neurons + neurons for inputs, neurons in zip(sizes, sizes[1:])]


# %% wrong: error
# one place too far
def count_parameters(sizes):
    total = 0
    for i in range(len(sizes)):
        total = total + sizes[i] * sizes[i + 1] + sizes[i + 1]
    return total

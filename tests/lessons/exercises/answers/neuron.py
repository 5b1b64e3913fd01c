# %% right: torch
def neuron(inputs, weights, bias):
    return torch.tensor(inputs) @ torch.tensor(weights) + bias


# %% right: sum of products
def neuron(inputs, weights, bias):
    return bias + sum(i * w for i, w in zip(inputs, weights))


# %% right: places in the lists
def neuron(inputs, weights, bias):
    products = []
    for place in range(len(inputs)):
        products.append(inputs[place] * weights[place])
    return math.fsum(products) + bias


# %% wrong: bias_forgotten
def neuron(inputs, weights, bias):
    total = 0
    for number, weight in zip(inputs, weights):
        total = total + number * weight
    return total


# %% wrong: bias_for_each_input
def neuron(inputs, weights, bias):
    total = 0
    for number, weight in zip(inputs, weights):
        total = total + number * weight + bias
    return total


# %% wrong: bias_multiplied
def neuron(inputs, weights, bias):
    total = 0
    for number, weight in zip(inputs, weights):
        total = total + number * weight
    return total * bias


# %% wrong: weights_added
def neuron(inputs, weights, bias):
    total = bias
    for number, weight in zip(inputs, weights):
        total = total + number + weight
    return total


# %% wrong: relu_added
def neuron(inputs, weights, bias):
    total = bias
    for number, weight in zip(inputs, weights):
        total = total + number * weight
    return max(0, total)


# %% wrong: last_input_alone
def neuron(inputs, weights, bias):
    for number, weight in zip(inputs, weights):
        total = bias + number * weight
    return total


# %% wrong: first_input_alone
def neuron(inputs, weights, bias):
    total = bias
    for number, weight in zip(inputs, weights):
        total = total + number * weight
        return total


# %% wrong: wrong_type
# the products are not added up
def neuron(inputs, weights, bias):
    return [number * weight + bias for number, weight in zip(inputs, weights)]


# %% wrong: wrong_value
# everything with everything
def neuron(inputs, weights, bias):
    total = bias
    for number in inputs:
        for weight in weights:
            total = total + number * weight
    return total


# %% wrong: error
# lists cannot be multiplied
def neuron(inputs, weights, bias):
    return sum(inputs * weights) + bias

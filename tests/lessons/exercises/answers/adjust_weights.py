# %% right: torch finds the gradients
def adjust_weights(inputs, weights, bias, target, learning_rate):
    numbers = torch.tensor(inputs, dtype=torch.float64)
    w = torch.tensor(weights, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(bias, dtype=torch.float64, requires_grad=True)
    loss = (numbers @ w + b - target) ** 2 / 2
    loss.backward()
    return w - learning_rate * w.grad, b - learning_rate * b.grad


# %% right: in one line each
def adjust_weights(inputs, weights, bias, target, learning_rate):
    step = learning_rate * (neuron(inputs, weights, bias) - target)
    return [w - step * x for w, x in zip(weights, inputs)], bias - step


# %% right: numpy, and the sum worked out anew
def adjust_weights(inputs, weights, bias, target, learning_rate):
    x, w = np.array(inputs), np.array(weights)
    missing = target - (x @ w + bias)
    return [w + learning_rate * missing * x, bias + learning_rate * missing]


# %% wrong: uphill
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    new_weights = []
    for number, weight in zip(inputs, weights):
        new_weights.append(weight + learning_rate * error * number)
    return new_weights, bias + learning_rate * error


# %% wrong: bias_unchanged
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    new_weights = []
    for number, weight in zip(inputs, weights):
        new_weights.append(weight - learning_rate * error * number)
    return new_weights, bias


# %% wrong: learning_rate_ignored
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    new_weights = []
    for number, weight in zip(inputs, weights):
        new_weights.append(weight - error * number)
    return new_weights, bias - error


# %% wrong: input_ignored
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    new_weights = []
    for weight in weights:
        new_weights.append(weight - learning_rate * error)
    return new_weights, bias - learning_rate * error


# %% wrong: error_worked_out_anew
def adjust_weights(inputs, weights, bias, target, learning_rate):
    for i in range(len(weights)):
        error = neuron(inputs, weights, bias) - target
        weights[i] = weights[i] - learning_rate * error * inputs[i]
    error = neuron(inputs, weights, bias) - target
    return weights, bias - learning_rate * error


# %% wrong: target_ignored
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias)
    new_weights = []
    for number, weight in zip(inputs, weights):
        new_weights.append(weight - learning_rate * error * number)
    return new_weights, bias - learning_rate * error


# %% wrong: wrong_shape
# the bias is not returned
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    new_weights = []
    for number, weight in zip(inputs, weights):
        new_weights.append(weight - learning_rate * error * number)
    return [new_weights]


# %% wrong: wrong_value
# the steps alone
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    return [learning_rate * error * number for number in inputs], learning_rate * error


# %% wrong: error
# a name with a typing mistake
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neurone(inputs, weights, bias) - target
    return [w - learning_rate * error * x for w, x in zip(weights, inputs)], bias


# %% wrong: wrong_type
# forgets to return
def adjust_weights(inputs, weights, bias, target, learning_rate):
    error = neuron(inputs, weights, bias) - target
    for i in range(len(weights)):
        weights[i] = weights[i] - learning_rate * error * inputs[i]
    bias = bias - learning_rate * error

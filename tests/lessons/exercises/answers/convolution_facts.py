# %% right: in one line
def convolution_facts(size, colours, filters, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1, filters * (colours * kernel**2 + 1)


# %% right: asks torch
def convolution_facts(size, colours, filters, kernel, stride, padding):
    layer = nn.Conv2d(colours, filters, kernel, stride, padding)
    maps = layer(torch.zeros(2, colours, size, size))
    return [maps.size(2), layer.weight.numel() + layer.bias.numel()]


# %% right: counts the places
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = 0
    left = -padding
    while left + kernel <= size + padding:
        side += 1
        left += stride
    numbers = 0
    for _ in range(filters):
        numbers += colours * kernel * kernel + 1
    return side, numbers


# %% wrong: no_bias
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = (size + 2 * padding - kernel) // stride + 1
    return side, filters * colours * kernel * kernel


# %% wrong: one_bias_for_all
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = (size + 2 * padding - kernel) // stride + 1
    return side, filters * colours * kernel * kernel + 1


# %% wrong: filters_are_flat
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = (size + 2 * padding - kernel) // stride + 1
    return side, filters * (kernel * kernel + 1)


# %% wrong: padding_on_one_side
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = (size + padding - kernel) // stride + 1
    return side, filters * (colours * kernel * kernel + 1)


# %% wrong: first_place_forgotten
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = (size + 2 * padding - kernel) // stride
    return side, filters * (colours * kernel * kernel + 1)


# %% wrong: half_steps_counted
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = math.ceil((size + 2 * padding - kernel) / stride) + 1
    return side, filters * (colours * kernel * kernel + 1)


# %% wrong: wrong_value
def convolution_facts(size, colours, filters, kernel, stride, padding):
    side = (size + 2 * padding - kernel) / stride + 1
    return side, filters * (colours * kernel * kernel + 1)


# %% wrong: wrong_type
def convolution_facts(size, colours, filters, kernel, stride, padding):
    return (size + 2 * padding - kernel) // stride + 1


# %% wrong: wrong_value
def convolution_facts(size, colours, filters, kernel, stride, padding):
    return 30, 448

# %% right: keepdim in place of view
def standardise(train, other):
    mean = train.mean(dim=(0, 2, 3), keepdim=True)
    return (other - mean) / train.std(dim=(0, 2, 3), keepdim=True)


# %% right: numpy, whose deviation divides by n
def standardise(train, other):
    numbers = train.numpy().astype(float)
    mean, deviation = numbers.mean((0, 2, 3)), numbers.std((0, 2, 3))
    return (other.numpy() - mean[:, None, None]) / deviation[:, None, None]


# %% right: a loop over the channels
def standardise(train, other):
    result = other.clone()
    for channel in range(3):
        mean, deviation = train[:, channel].mean(), train[:, channel].std()
        result[:, channel] = (other[:, channel] - mean) / deviation
    return result


# %% wrong: all_photos
def standardise(train, other):
    photos = torch.cat([other, train])
    mean = photos.mean(dim=(0, 2, 3), keepdim=True)
    deviation = photos.std(dim=(0, 2, 3), keepdim=True)
    return (other - mean) / deviation


# %% wrong: own_numbers
def standardise(train, other):
    mean = other.mean(dim=(0, 2, 3)).view(3, 1, 1)
    deviation = other.std(dim=(0, 2, 3)).view(3, 1, 1)
    return (other - mean) / deviation


# %% wrong: one_number_for_all_channels
def standardise(train, other):
    return (other - train.mean()) / train.std()


# %% wrong: train_returned
def standardise(train, other):
    mean = train.mean(dim=(0, 2, 3)).view(3, 1, 1)
    deviation = train.std(dim=(0, 2, 3)).view(3, 1, 1)
    return (train - mean) / deviation


# %% wrong: not_divided
def standardise(train, other):
    mean = train.mean(dim=(0, 2, 3)).view(3, 1, 1)
    return other - mean


# %% wrong: variance_used
def standardise(train, other):
    mean = train.mean(dim=(0, 2, 3)).view(3, 1, 1)
    deviation = train.var(dim=(0, 2, 3)).view(3, 1, 1)
    return (other - mean) / deviation


# %% wrong: wrong_value
# an average for each pixel
def standardise(train, other):
    return (other - train.mean(dim=0)) / train.std(dim=0)


# %% wrong: wrong_value
# multiplies by the deviation
def standardise(train, other):
    mean = train.mean(dim=(0, 2, 3)).view(3, 1, 1)
    deviation = train.std(dim=(0, 2, 3)).view(3, 1, 1)
    return (other - mean) * deviation


# %% wrong: error
# three numbers do not fit beside a width of 14
def standardise(train, other):
    return (other - train.mean(dim=(0, 2, 3))) / train.std(dim=(0, 2, 3))


# %% wrong: wrong_shape
# one photo only
def standardise(train, other):
    mean = train.mean(dim=(0, 2, 3)).view(3, 1, 1)
    deviation = train.std(dim=(0, 2, 3)).view(3, 1, 1)
    return (other[0] - mean) / deviation

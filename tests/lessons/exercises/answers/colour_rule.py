# %% right: torch does the averages at once
def colour_rule(photo, limit):
    averages = photo.double().mean(dim=(1, 2))
    return "apple" if averages[0] - averages[1] > limit else "pear"


# %% right: numpy
def colour_rule(photo, limit):
    red, green, blue = photo.numpy().astype(float)
    difference = (red - green).mean()
    if difference <= limit:
        return "pear"
    else:
        return "apple"


# %% right: loops over every pixel
def colour_rule(photo, limit):
    rows = range(photo.shape[1])
    columns = range(photo.shape[2])
    difference = 0
    for row in rows:
        for column in columns:
            difference += int(photo[0, row, column]) - int(photo[1, row, column])
    return ["pear", "apple"][difference > limit * len(rows) * len(columns)]


# %% wrong: limit_ignored
def colour_rule(photo, limit):
    red = photo[0].float().mean()
    green = photo[1].float().mean()
    if red > green:
        return "apple"
    return "pear"


# %% wrong: red_alone
def colour_rule(photo, limit):
    if photo[0].float().mean() > limit:
        return "apple"
    return "pear"


# %% wrong: answers_swapped
def colour_rule(photo, limit):
    difference = photo[0].float().mean() - photo[1].float().mean()
    if difference > limit:
        return "pear"
    return "apple"


# %% wrong: equal_counts
def colour_rule(photo, limit):
    difference = photo[0].float().mean() - photo[1].float().mean()
    if difference < limit:
        return "pear"
    return "apple"


# %% wrong: numbers_wrap_around
def colour_rule(photo, limit):
    difference = photo[0] - photo[1]
    if difference.float().mean() > limit:
        return "apple"
    return "pear"


# %% wrong: wrong_value
# the channels are taken for the last direction
def colour_rule(photo, limit):
    red = photo[:, :, 0].float().mean()
    green = photo[:, :, 1].float().mean()
    return "apple" if red - green > limit else "pear"


# %% wrong: wrong_type
# forgets to return
def colour_rule(photo, limit):
    difference = photo[0].float().mean() - photo[1].float().mean()
    if difference > limit:
        "apple"
    else:
        "pear"


# %% wrong: error
# torch cannot average whole numbers
def colour_rule(photo, limit):
    if photo[0].mean() - photo[1].mean() > limit:
        return "apple"
    return "pear"

# %% right: the function of torch
def max_pool(feature_map, square):
    return F.max_pool2d(feature_map.unsqueeze(0), kernel_size=square).squeeze(0)


# %% right: cut and reshaped
def max_pool(feature_map, square):
    rows, columns = feature_map.shape[0] // square, feature_map.shape[1] // square
    cut = feature_map[: rows * square, : columns * square]
    return cut.reshape(rows, square, columns, square).amax(dim=(1, 3))


# %% right: lists, with the largest value searched by hand
def max_pool(feature_map, square):
    values = feature_map.tolist()
    result = []
    for top in range(0, len(values) - square + 1, square):
        row = []
        for left in range(0, len(values[0]) - square + 1, square):
            largest = float("-inf")
            for i in range(square):
                for j in range(square):
                    if values[top + i][left + j] > largest:
                        largest = values[top + i][left + j]
            row.append(largest)
        result.append(row)
    return result


# %% wrong: average_pooling
def max_pool(feature_map, square):
    rows, columns = feature_map.shape[0] // square, feature_map.shape[1] // square
    result = torch.zeros(rows, columns)
    for row in range(rows):
        for column in range(columns):
            top, left = row * square, column * square
            result[row, column] = feature_map[top : top + square, left : left + square].mean()
    return result


# %% wrong: squares_overlap
def max_pool(feature_map, square):
    rows = feature_map.shape[0] - square + 1
    columns = feature_map.shape[1] - square + 1
    result = torch.zeros(rows, columns)
    for row in range(rows):
        for column in range(columns):
            window = feature_map[row : row + square, column : column + square]
            result[row, column] = window.max()
    return result


# %% wrong: rest_kept
def max_pool(feature_map, square):
    rows = math.ceil(feature_map.shape[0] / square)
    columns = math.ceil(feature_map.shape[1] / square)
    result = torch.zeros(rows, columns)
    for row in range(rows):
        for column in range(columns):
            top, left = row * square, column * square
            result[row, column] = feature_map[top : top + square, left : left + square].max()
    return result


# %% wrong: never_below_zero
def max_pool(feature_map, square):
    rows, columns = feature_map.shape[0] // square, feature_map.shape[1] // square
    result = torch.zeros(rows, columns)
    for row in range(rows):
        for column in range(columns):
            for value in feature_map[
                row * square : (row + 1) * square, column * square : (column + 1) * square
            ].flatten():
                if value > result[row, column]:
                    result[row, column] = value
    return result


# %% wrong: first_value_kept
def max_pool(feature_map, square):
    rows, columns = feature_map.shape[0] // square, feature_map.shape[1] // square
    result = torch.zeros(rows, columns)
    for row in range(rows):
        for column in range(columns):
            result[row, column] = feature_map[row * square, column * square]
    return result


# %% wrong: wrong_shape
def max_pool(feature_map, square):
    return F.max_pool2d(feature_map[None, None], square)


# %% wrong: wrong_value
def max_pool(feature_map, square):
    return torch.zeros(feature_map.shape[0] // square, feature_map.shape[1] // square)


# %% wrong: wrong_value
def max_pool(feature_map, square):
    rows, columns = feature_map.shape[0] // square, feature_map.shape[1] // square
    result = torch.zeros(rows, columns)
    for row in range(rows):
        for column in range(columns):
            result[row, column] = feature_map[row : row + square, column : column + square].max()
    return result

# %% right: the function of torch
def convolve(photo, kernel):
    return F.conv2d(photo.unsqueeze(0).unsqueeze(0), kernel.unsqueeze(0).unsqueeze(0)).squeeze()


# %% right: four loops and lists
def convolve(photo, kernel):
    photo, kernel = photo.tolist(), kernel.tolist()
    side = len(kernel)
    result = []
    for row in range(len(photo) - side + 1):
        sums = []
        for column in range(len(photo[0]) - side + 1):
            total = 0
            for i in range(side):
                for j in range(side):
                    total += photo[row + i][column + j] * kernel[i][j]
            sums.append(total)
        result.append(sums)
    return torch.tensor(result)


# %% right: shifted photos added up
def convolve(photo, kernel):
    side = kernel.shape[0]
    height, width = photo.shape[0] - side + 1, photo.shape[1] - side + 1
    result = np.zeros((height, width), dtype=np.float32)
    for i in range(side):
        for j in range(side):
            result += kernel[i, j].item() * photo[i : i + height, j : j + width].numpy()
    return result


# %% wrong: kernel_turned
def convolve(photo, kernel):
    side = len(kernel)
    kernel = torch.flip(kernel, [0, 1])
    result = torch.zeros(photo.shape[0] - side + 1, photo.shape[1] - side + 1)
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            result[row, column] = (photo[row : row + side, column : column + side] * kernel).sum()
    return result


# %% wrong: rows_and_columns_swapped
def convolve(photo, kernel):
    side = len(kernel)
    result = torch.zeros(photo.shape[0] - side + 1, photo.shape[1] - side + 1)
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            for i in range(side):
                for j in range(side):
                    result[row, column] += photo[row + i, column + j] * kernel[j, i]
    return result


# %% wrong: mean_taken
def convolve(photo, kernel):
    side = len(kernel)
    result = torch.zeros(photo.shape[0] - side + 1, photo.shape[1] - side + 1)
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            result[row, column] = (photo[row : row + side, column : column + side] * kernel).mean()
    return result


# %% wrong: last_place_left_out
def convolve(photo, kernel):
    side = len(kernel)
    result = torch.zeros(photo.shape[0] - side, photo.shape[1] - side)
    for row in range(photo.shape[0] - side):
        for column in range(photo.shape[1] - side):
            result[row, column] = (photo[row : row + side, column : column + side] * kernel).sum()
    return result


# %% wrong: photo_padded
def convolve(photo, kernel):
    return F.conv2d(photo[None, None], kernel[None, None], padding=len(kernel) // 2)[0, 0]


# %% wrong: matrix_product
def convolve(photo, kernel):
    side = len(kernel)
    result = torch.zeros(photo.shape[0] - side + 1, photo.shape[1] - side + 1)
    for row in range(result.shape[0]):
        for column in range(result.shape[1]):
            result[row, column] = (photo[row : row + side, column : column + side] @ kernel).sum()
    return result


# %% wrong: wrong_shape
def convolve(photo, kernel):
    return F.conv2d(photo[None, None], kernel[None, None])


# %% wrong: wrong_value
def convolve(photo, kernel):
    side = len(kernel)
    return torch.zeros(photo.shape[0] - side + 1, photo.shape[1] - side + 1)


# %% wrong: error
def convolve(photo, kernel):
    side = len(kernel)
    result = torch.zeros(photo.shape[0] - side + 1, photo.shape[1] - side + 1)
    for row in range(photo.shape[0]):
        for column in range(photo.shape[1]):
            result[row, column] = (photo[row : row + side, column : column + side] * kernel).sum()
    return result

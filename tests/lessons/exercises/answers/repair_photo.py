# %% right: torch all the way
def repair_photo(photo):
    photo = torch.tensor(photo) / 255
    if photo.dim() == 2:
        return photo.repeat(3, 1, 1)
    return photo[:, :, 0:3].permute(2, 0, 1)


# %% right: numpy, one channel at a time
def repair_photo(photo):
    if len(photo.shape) == 2:
        channels = [photo, photo, photo]
    else:
        channels = [photo[:, :, 0], photo[:, :, 1], photo[:, :, 2]]
    return np.array(channels) / 255


# %% right: Pillow turns grey into colour
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.asarray(Image.fromarray(photo).convert("RGB"))
    numbers = torch.from_numpy(photo[..., :3].transpose(2, 0, 1).copy())
    return numbers.double().div(255)


# %% wrong: reshaped
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    height, width = photo.shape[0], photo.shape[1]
    photo = photo[:, :, :3] / 255
    return torch.from_numpy(photo.reshape(3, height, width)).float()


# %% wrong: channels_last
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    return torch.from_numpy(photo[:, :, :3] / 255).float()


# %% wrong: height_and_width_swapped
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    return torch.from_numpy(photo[:, :, :3] / 255).permute(2, 1, 0).float()


# %% wrong: not_divided
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    return torch.from_numpy(photo[:, :, :3]).permute(2, 0, 1).float()


# %% wrong: grey_is_red
def repair_photo(photo):
    if photo.ndim == 2:
        empty = np.zeros_like(photo)
        photo = np.stack([photo, empty, empty], axis=2)
    return torch.from_numpy(photo[:, :, :3] / 255).permute(2, 0, 1).float()


# %% wrong: first_channel_lost
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    if photo.shape[2] == 4:
        photo = photo[:, :, 1:]
    return torch.from_numpy(photo / 255).permute(2, 0, 1).float()


# %% wrong: colours_in_reverse
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    photo = np.ascontiguousarray(photo[:, :, 2::-1]) / 255
    return torch.from_numpy(photo).permute(2, 0, 1).float()


# %% wrong: wrong_shape
# the fourth channel stays
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    return torch.from_numpy(photo / 255).permute(2, 0, 1).float()


# %% wrong: wrong_shape
# a batch of one
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    return torch.from_numpy(photo[:, :, :3] / 255).permute(2, 0, 1)[None].float()


# %% wrong: error
# forgets the grey photos
def repair_photo(photo):
    photo = photo[:, :, :3] / 255
    return torch.from_numpy(photo).permute(2, 0, 1).float()


# %% wrong: wrong_value
# from -1 to 1
def repair_photo(photo):
    if photo.ndim == 2:
        photo = np.stack([photo, photo, photo], axis=2)
    photo = photo[:, :, :3] / 127.5 - 1
    return torch.from_numpy(photo).permute(2, 0, 1).float()

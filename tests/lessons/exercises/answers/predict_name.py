# %% right: everything in numpy first
def predict_name(network, pixels, mean, std, class_names):
    scaled = (pixels / 255.0 - np.array(mean)) / np.array(std)
    batch = torch.tensor(scaled.transpose(2, 0, 1)[np.newaxis], dtype=torch.float32)
    with torch.inference_mode():
        scores = network.eval()(batch)
    share, index = torch.softmax(scores[0], dim=0).max(dim=0)
    return [class_names[index], float(share)]


# %% right: colour by colour, shares by hand
def predict_name(network, pixels, mean, std, class_names):
    colours = []
    for colour in range(3):
        values = torch.tensor(pixels[:, :, colour]).float() / 255
        colours.append((values - mean[colour]) / std[colour])
    network.train(False)
    scores = network(torch.stack(colours).unsqueeze(0))[0].detach()
    powers = torch.exp(scores - scores.max())
    shares = (powers / powers.sum()).tolist()
    return class_names[shares.index(max(shares))], max(shares)


# %% right: with torchvision, and a share that is still a tensor
def predict_name(network, pixels, mean, std, class_names):
    from torchvision.transforms.functional import normalize, to_tensor

    network.eval()
    photo = normalize(to_tensor(pixels), mean, std)
    with torch.no_grad():
        shares = F.softmax(network(photo[None]), dim=-1).squeeze()
    return class_names[shares.argmax()], shares.max()


# %% wrong: not_scaled
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1).float()
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: not_standardised
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: evaluation_mode_forgotten
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: colours_mixed_up
def predict_name(network, pixels, mean, std, class_names):
    height, width, _ = pixels.shape
    photo = torch.tensor(pixels).view(3, height, width) / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: height_and_width_swapped
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 1, 0) / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: score_given
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        scores = network(photo.unsqueeze(0))[0]
    best = scores.argmax().item()
    return class_names[best], scores[best].item()


# %% wrong: number_given
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    return shares.argmax().item(), shares.max().item()


# %% wrong: wrong_value
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    photo = photo - torch.tensor(mean).view(3, 1, 1) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: error
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    photo = (photo - torch.tensor(mean)) / torch.tensor(std)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    best = shares.argmax().item()
    return class_names[best], shares[best].item()


# %% wrong: wrong_type
def predict_name(network, pixels, mean, std, class_names):
    photo = torch.tensor(pixels).permute(2, 0, 1) / 255
    photo = (photo - torch.tensor(mean).view(3, 1, 1)) / torch.tensor(std).view(3, 1, 1)
    network.eval()
    with torch.no_grad():
        shares = network(photo.unsqueeze(0)).softmax(dim=1)[0]
    return class_names[shares.argmax().item()]

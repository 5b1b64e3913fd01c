# %% right: the function for a whole layer
def freeze_backbone(network):
    for layer in network[:-1]:
        layer.requires_grad_(False)


# %% right: everything, then the head again
def freeze_backbone(network):
    for weights in network.parameters():
        weights.requires_grad = False
    for weights in network[-1].parameters():
        weights.requires_grad = True


# %% right: by name, and gives the network back
def freeze_backbone(network):
    last = str(len(network) - 1)
    for name, weights in network.named_parameters():
        weights.requires_grad_(name.split(".")[0] == last)
    return network


# %% wrong: nothing_frozen
def freeze_backbone(network):
    for layer in list(network)[:-1]:
        layer.requires_grad = False


# %% wrong: head_frozen_too
def freeze_backbone(network):
    for weights in network.parameters():
        weights.requires_grad = False


# %% wrong: only_the_head_frozen
def freeze_backbone(network):
    for weights in network[-1].parameters():
        weights.requires_grad = False


# %% wrong: only_the_first_frozen
def freeze_backbone(network):
    for weights in network[0].parameters():
        weights.requires_grad = False


# %% wrong: wrong_value
def freeze_backbone(network):
    for layer in network[:-2]:
        layer.requires_grad_(False)


# %% wrong: wrong_value
def freeze_backbone(network):
    for layer in network[:-1]:
        layer.requires_grad_(False)
    network[-1] = nn.Linear(network[-1].in_features, network[-1].out_features)


# %% wrong: nothing_frozen
def freeze_backbone(network):
    network = nn.Sequential(*list(network)[:-1], nn.Linear(1, 1))
    network = network.eval()


# %% wrong: error
def freeze_backbone(network):
    for weights in network.backbone.parameters():
        weights.requires_grad = False

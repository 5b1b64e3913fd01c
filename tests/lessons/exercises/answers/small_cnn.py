# %% right: a class with functions in between
class SmallCNN(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.first = nn.Conv2d(3, 8, kernel_size=3, padding=1)
        self.second = nn.Conv2d(8, 16, kernel_size=3, padding=1)
        self.last = nn.Linear(16, classes)

    def forward(self, photos):
        maps = F.max_pool2d(F.relu(self.first(photos)), 2)
        maps = F.relu(self.second(maps))
        return self.last(maps.mean(dim=(2, 3)))


def small_cnn(classes):
    return SmallCNN(classes)


# %% right: the class itself, with its layers in another order
class small_cnn(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.head = nn.Linear(16, classes)
        self.features = nn.ModuleList(
            [nn.Conv2d(3, 8, 3, padding="same"), nn.Conv2d(8, 16, 3, padding="same")]
        )

    def forward(self, photos):
        maps = self.features[0](photos).clamp(min=0)
        maps = self.features[1](F.max_pool2d(maps, 2)).clamp(min=0)
        return self.head(maps.flatten(2).mean(2))


# %% right: parts within parts
def small_cnn(classes):
    features = nn.Sequential(
        nn.Conv2d(3, 8, (3, 3), padding=(1, 1)), nn.ReLU(inplace=True), nn.MaxPool2d((2, 2))
    )
    more = nn.Sequential(nn.Conv2d(8, 16, 3, 1, 1), nn.ReLU())
    head = nn.Sequential(nn.AdaptiveAvgPool2d((1, 1)), nn.Flatten(), nn.Linear(16, classes))
    return nn.Sequential(features, more, head)


# %% wrong: softmax_inside
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
        nn.Softmax(dim=1),
    )


# %% wrong: relu_missing
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: padding_missing
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: average_instead_of_max
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: pooling_missing
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: largest_of_all_places
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveMaxPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: error
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: wrong_value
def small_cnn(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1, bias=False),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, classes),
    )


# %% wrong: wrong_type
def small_cnn(classes):
    return nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU())(torch.zeros(1, 3, 8, 8))

# %% right: mirrors after sorting, with masks
def make_sets(images, labels, parts):
    parts, labels = np.array(parts), np.array(labels)
    train = images[torch.tensor(parts == "train")]
    validation = images[torch.tensor(parts == "validation")]
    train_labels = labels[parts == "train"].tolist()
    train = torch.cat([train, torch.flip(train, dims=[-1])])
    return train, train_labels + train_labels, validation, labels[parts == "validation"].tolist()


# %% right: the smallest repair, copies of training photos only
def make_sets(images, labels, parts):
    copies = [i for i, part in enumerate(parts) if part == "train"]
    images = torch.cat([images, images[copies].flip(3)])
    labels = labels + [labels[i] for i in copies]
    parts = parts + ["train"] * len(copies)
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_labels = [labels[i] for i in train]
    return images[train], train_labels, images[validation], [labels[i] for i in validation]


# %% right: one photo after the other
def make_sets(images, labels, parts):
    train, mirrored, train_labels, validation, validation_labels = [], [], [], [], []
    for image, label, part in zip(images, labels, parts):
        if part == "train":
            train.append(image)
            mirrored.append(image.flip(2))
            train_labels.append(label)
        elif part == "validation":
            validation.append(image)
            validation_labels.append(label)
    train = torch.stack(train + mirrored)
    return train, train_labels * 2, torch.stack(validation), validation_labels


# %% wrong: validation_mirrored_too
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_images = torch.cat([images[train], images[train].flip(3)])
    validation_images = torch.cat([images[validation], images[validation].flip(3)])
    train_labels = [labels[i] for i in train] * 2
    return train_images, train_labels, validation_images, [labels[i] for i in validation] * 2


# %% wrong: nothing_mirrored
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_labels = [labels[i] for i in train]
    return images[train], train_labels, images[validation], [labels[i] for i in validation]


# %% wrong: only_validation_mirrored
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    both = torch.cat([images[validation], images[validation].flip(3)])
    return images[train], [labels[i] for i in train], both, [labels[i] for i in validation] * 2


# %% wrong: upside_down
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_images = torch.cat([images[train], images[train].flip(2)])
    train_labels = [labels[i] for i in train] * 2
    return train_images, train_labels, images[validation], [labels[i] for i in validation]


# %% wrong: labels_not_doubled
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_images = torch.cat([images[train], images[train].flip(3)])
    train_labels = [labels[i] for i in train]
    return train_images, train_labels, images[validation], [labels[i] for i in validation]


# %% wrong: test_photos_used
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part != "train"]
    train_images = torch.cat([images[train], images[train].flip(3)])
    train_labels = [labels[i] for i in train] * 2
    return train_images, train_labels, images[validation], [labels[i] for i in validation]


# %% wrong: wrong_value
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_images = torch.cat([images[train].flip(3), images[train]])
    train_labels = [labels[i] for i in train] * 2
    return train_images, train_labels, images[validation], [labels[i] for i in validation]


# %% wrong: wrong_shape
def make_sets(images, labels, parts):
    train = [i for i, part in enumerate(parts) if part == "train"]
    validation = [i for i, part in enumerate(parts) if part == "validation"]
    train_labels = [labels[i] for i in train]
    return images[train].flip(3), train_labels, images[validation], [labels[i] for i in validation]


# %% wrong: error
def make_sets(images, labels, parts):
    train_images = torch.cat([images[parts == "train"], images[parts == "train"].flip(3)])
    return train_images, labels["train"], images[parts == "validation"], labels["validation"]

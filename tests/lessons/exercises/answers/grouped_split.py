# %% right: cuts the list in front
def grouped_split(scenes, held_back):
    names = sorted(set(scenes))
    for_training = set(names[: len(names) - held_back])
    return ["train" if scene in for_training else "validation" for scene in scenes]


# %% right: numpy
def grouped_split(scenes, held_back):
    names, number = np.unique(scenes, return_inverse=True)
    return np.where(number >= len(names) - held_back, "validation", "train")


# %% right: takes the last one away, again and again
def grouped_split(scenes, held_back):
    left = sorted(set(scenes))
    kept_back = []
    for _ in range(held_back):
        kept_back.append(left.pop())
    parts = []
    for scene in scenes:
        parts.append({True: "validation", False: "train"}[scene in kept_back])
    return tuple(parts)


# %% wrong: split_by_photo
def grouped_split(scenes, held_back):
    parts = []
    for number in range(len(scenes)):
        if number < len(scenes) - held_back:
            parts.append("train")
        else:
            parts.append("validation")
    return parts


# %% wrong: none_becomes_all
def grouped_split(scenes, held_back):
    validation_scenes = sorted(set(scenes))[-held_back:]
    return ["validation" if scene in validation_scenes else "train" for scene in scenes]


# %% wrong: first_held_back
def grouped_split(scenes, held_back):
    validation_scenes = sorted(set(scenes))[:held_back]
    return ["validation" if scene in validation_scenes else "train" for scene in scenes]


# %% wrong: order_of_appearance
def grouped_split(scenes, held_back):
    names = []
    for scene in scenes:
        if scene not in names:
            names.append(scene)
    validation_scenes = names[len(names) - held_back :]
    return ["validation" if scene in validation_scenes else "train" for scene in scenes]


# %% wrong: parts_swapped
def grouped_split(scenes, held_back):
    names = sorted(set(scenes))
    validation_scenes = names[len(names) - held_back :]
    return ["train" if scene in validation_scenes else "validation" for scene in scenes]


# %% wrong: one_entry_for_each_scene
def grouped_split(scenes, held_back):
    names = sorted(set(scenes))
    parts = ["train"] * (len(names) - held_back)
    return parts + ["validation"] * held_back


# %% wrong: wrong_value
# forgets that scenes repeat
def grouped_split(scenes, held_back):
    names = sorted(scenes)
    validation_scenes = names[len(names) - held_back :]
    return ["validation" if scene in validation_scenes else "train" for scene in scenes]


# %% wrong: wrong_value
# another word for the part
def grouped_split(scenes, held_back):
    names = sorted(set(scenes))
    validation_scenes = names[len(names) - held_back :]
    return ["val" if scene in validation_scenes else "train" for scene in scenes]


# %% wrong: wrong_type
# two lists in a dictionary
def grouped_split(scenes, held_back):
    names = sorted(set(scenes))
    cut = len(names) - held_back
    return {"train": names[:cut], "validation": names[cut:]}


# %% wrong: error
# a set has no places
def grouped_split(scenes, held_back):
    names = set(scenes)
    validation_scenes = names[len(names) - held_back :]
    return ["validation" if scene in validation_scenes else "train" for scene in scenes]

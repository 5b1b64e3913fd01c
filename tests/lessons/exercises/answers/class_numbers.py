# %% right: in one line
def class_numbers(files):
    return {name: i for i, name in enumerate(sorted({Path(file).parent.name for file in files}))}


# %% right: with a loop that looks for new names
def class_numbers(files):
    names = []
    for file in files:
        name = file.split("/")[0]
        if name not in names:
            names.append(name)
    names.sort()
    return dict(zip(names, range(len(names))))


# %% right: numpy
def class_numbers(files):
    names, numbers = np.unique([file.split("/")[0] for file in files], return_inverse=True)
    return {name: number for name, number in zip(names, np.arange(len(names)))}


# %% wrong: order_of_appearance
def class_numbers(files):
    numbers = {}
    for file in files:
        name = file.split("/")[0]
        if name not in numbers:
            numbers[name] = len(numbers)
    return numbers


# %% wrong: counted_from_one
def class_numbers(files):
    names = sorted({file.split("/")[0] for file in files})
    return {name: number for number, name in enumerate(names, 1)}


# %% wrong: files_numbered
def class_numbers(files):
    numbers = {}
    for number, name in enumerate(sorted(files)):
        numbers[name] = number
    return numbers


# %% wrong: photos_counted
def class_numbers(files):
    numbers = {}
    for file in files:
        name = file.split("/")[0]
        numbers[name] = numbers.get(name, 0) + 1
    return numbers


# %% wrong: copies_not_removed
def class_numbers(files):
    names = sorted(file.split("/")[0] for file in files)
    numbers = {}
    for number, name in enumerate(names):
        numbers[name] = number
    return numbers


# %% wrong: sorted_backwards
def class_numbers(files):
    names = sorted({file.split("/")[0] for file in files})[::-1]
    return {name: number for number, name in enumerate(names)}


# %% wrong: wrong_type
# from number to name
def class_numbers(files):
    names = sorted({file.split("/")[0] for file in files})
    return {number: name for number, name in enumerate(names)}


# %% wrong: wrong_type
# the names alone
def class_numbers(files):
    return sorted({file.split("/")[0] for file in files})


# %% wrong: wrong_value
# the slash stays in the name
def class_numbers(files):
    names = sorted({file.split("/")[0] for file in files})
    return {name + "/": number for number, name in enumerate(names)}


# %% wrong: error
# a list has no split
def class_numbers(files):
    names = sorted(set(files.split("/")))
    return {name: number for number, name in enumerate(names)}

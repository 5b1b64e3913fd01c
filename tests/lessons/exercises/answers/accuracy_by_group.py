# %% right: with pandas
def accuracy_by_group(groups, truth, answers):
    table = pd.DataFrame({"group": groups, "right": np.array(truth) == np.array(answers)})
    return table.groupby("group")["right"].mean().to_dict()


# %% right: one group after the other
def accuracy_by_group(groups, truth, answers):
    result = {}
    for name in set(groups):
        places = [i for i, group in enumerate(groups) if group == name]
        right = [i for i in places if truth[i] == answers[i]]
        result[name] = len(right) / len(places)
    return result


# %% right: two counters
def accuracy_by_group(groups, truth, answers):
    from collections import Counter

    total = Counter(groups)
    right = Counter(group for group, a, b in zip(groups, truth, answers) if a == b)
    return {group: right[group] / total[group] for group in total}


# %% wrong: counts_given
def accuracy_by_group(groups, truth, answers):
    right = {group: 0 for group in groups}
    for group, label, answer in zip(groups, truth, answers):
        if label == answer:
            right[group] += 1
    return right


# %% wrong: divided_by_all_photos
def accuracy_by_group(groups, truth, answers):
    right = {group: 0 for group in groups}
    for group, label, answer in zip(groups, truth, answers):
        right[group] += (label == answer) / len(groups)
    return right


# %% wrong: same_for_all
def accuracy_by_group(groups, truth, answers):
    right = sum(label == answer for label, answer in zip(truth, answers))
    return {group: right / len(truth) for group in groups}


# %% wrong: share_of_right_answers
def accuracy_by_group(groups, truth, answers):
    right = [group for group, label, answer in zip(groups, truth, answers) if label == answer]
    return {group: right.count(group) / len(right) for group in groups}


# %% wrong: share_wrong
def accuracy_by_group(groups, truth, answers):
    marks = {}
    for group, label, answer in zip(groups, truth, answers):
        marks.setdefault(group, []).append(label != answer)
    return {group: sum(hits) / len(hits) for group, hits in marks.items()}


# %% wrong: all_wrong_left_out
def accuracy_by_group(groups, truth, answers):
    right = [group for group, label, answer in zip(groups, truth, answers) if label == answer]
    return {group: right.count(group) / groups.count(group) for group in right}


# %% wrong: one_number_for_all
def accuracy_by_group(groups, truth, answers):
    shares = []
    for name in set(groups):
        hits = [label == answer for g, label, answer in zip(groups, truth, answers) if g == name]
        shares.append(sum(hits) / len(hits))
    return sum(shares) / len(shares)


# %% wrong: wrong_type
def accuracy_by_group(groups, truth, answers):
    right = sum(label == answer for label, answer in zip(truth, answers))
    return right / len(truth)


# %% wrong: wrong_value
def accuracy_by_group(groups, truth, answers):
    return {group: float(label == answer) for group, label, answer in zip(groups, truth, answers)}


# %% wrong: error
def accuracy_by_group(groups, truth, answers):
    marks = {}
    for group, label, answer in zip(groups, truth, answers):
        marks[group].append(label == answer)
    return {group: sum(hits) / len(hits) for group, hits in marks.items()}

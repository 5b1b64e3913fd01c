# %% right: with torch
def top_answers(shares, names, k, threshold):
    shares = torch.tensor(shares, dtype=torch.float64)
    if shares.max() < threshold:
        return ["not sure"]
    order = shares.argsort(descending=True)[:k]
    return [names[index] for index in order]


# %% right: takes the best one out, again and again
def top_answers(shares, names, k, threshold):
    left = dict(zip(names, shares))
    answers = []
    while left and len(answers) < k:
        best = max(left, key=left.get)
        if not answers and left[best] < threshold:
            return ["not sure"]
        answers.append(best)
        del left[best]
    return answers


# %% right: with pandas
def top_answers(shares, names, k, threshold):
    table = pd.Series(shares, index=names).sort_values(ascending=False)
    return list(table.index[:k]) if table.iloc[0] >= threshold else ["not sure"]


# %% wrong: threshold_ignored
def top_answers(shares, names, k, threshold):
    pairs = sorted(zip(shares, names), reverse=True)
    return [name for share, name in pairs[:k]]


# %% wrong: threshold_for_each_name
def top_answers(shares, names, k, threshold):
    pairs = sorted(zip(shares, names), reverse=True)
    answers = [name for share, name in pairs[:k] if share >= threshold]
    return answers if answers else ["not sure"]


# %% wrong: lowest_first
def top_answers(shares, names, k, threshold):
    if max(shares) < threshold:
        return ["not sure"]
    pairs = sorted(zip(shares, names))
    return [name for share, name in pairs[:k]]


# %% wrong: first_names_taken
def top_answers(shares, names, k, threshold):
    if max(shares) < threshold:
        return ["not sure"]
    return names[:k]


# %% wrong: equal_counts_as_below
def top_answers(shares, names, k, threshold):
    pairs = sorted(zip(shares, names), reverse=True)
    if pairs[0][0] > threshold:
        return [name for share, name in pairs[:k]]
    return ["not sure"]


# %% wrong: only_the_best
def top_answers(shares, names, k, threshold):
    if max(shares) < threshold:
        return ["not sure"]
    return [names[shares.index(max(shares))]]


# %% wrong: wrong_type
def top_answers(shares, names, k, threshold):
    if max(shares) < threshold:
        return "not sure"
    pairs = sorted(zip(shares, names), reverse=True)
    return [name for share, name in pairs[:k]]


# %% wrong: wrong_type
def top_answers(shares, names, k, threshold):
    if max(shares) < threshold:
        return ["not sure"]
    return sorted(zip(shares, names), reverse=True)[:k]


# %% wrong: error
def top_answers(shares, names, k, threshold):
    if max(shares) < threshold:
        return ["not sure"]
    pairs = sorted(zip(shares, names), reverse=True)
    return [pairs[place][1] for place in range(k)]

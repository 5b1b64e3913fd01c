# %% right: with scipy
def accuracy_interval(right, count):
    from scipy.stats import binomtest

    low, high = binomtest(right, count).proportion_ci(method="wilson")
    return low, high


# %% right: solves the equation behind the formula
def accuracy_interval(right, count):
    z2, share = 1.96**2, right / count
    roots = np.roots([1 + z2 / count, -(2 * share + z2 / count), share**2])
    return sorted(roots.real)


# %% right: counts instead of shares, and math.sqrt
def accuracy_interval(right, count):
    z = 1.959964
    wrong = count - right
    centre = (right + z * z / 2) / (count + z * z)
    half = z / (count + z * z) * math.sqrt(right * wrong / count + z * z / 4)
    return [centre - half, centre + half]


# %% wrong: simple_formula
def accuracy_interval(right, count):
    share = right / count
    reach = 1.96 * math.sqrt(share * (1 - share) / count)
    return share - reach, share + reach


# %% wrong: not_divided_by_shrink
def accuracy_interval(right, count):
    share, z = right / count, 1.96
    middle = share + z**2 / (2 * count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    return middle - reach, middle + reach


# %% wrong: root_forgotten
def accuracy_interval(right, count):
    share, z = right / count, 1.96
    middle = share + z**2 / (2 * count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2))
    shrink = 1 + z**2 / count
    return (middle - reach) / shrink, (middle + reach) / shrink


# %% wrong: z_is_one
def accuracy_interval(right, count):
    share, z = right / count, 1
    middle = share + z**2 / (2 * count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    shrink = 1 + z**2 / count
    return (middle - reach) / shrink, (middle + reach) / shrink


# %% wrong: percent_given
def accuracy_interval(right, count):
    share, z = right / count, 1.96
    middle = share + z**2 / (2 * count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    shrink = 1 + z**2 / count
    return 100 * (middle - reach) / shrink, 100 * (middle + reach) / shrink


# %% wrong: high_end_first
def accuracy_interval(right, count):
    share, z = right / count, 1.96
    middle = share + z**2 / (2 * count)
    reach = z * (share * (1 - share) / count + z**2 / (4 * count**2)) ** 0.5
    shrink = 1 + z**2 / count
    return (middle + reach) / shrink, (middle - reach) / shrink


# %% wrong: wrong_value
def accuracy_interval(right, count):
    share, z = right / count, 1.96
    middle = share + z**2 / 2 * count
    reach = z * (share * (1 - share) / count + z**2 / 4 * count**2) ** 0.5
    shrink = 1 + z**2 / count
    return (middle - reach) / shrink, (middle + reach) / shrink


# %% wrong: wrong_type
def accuracy_interval(right, count):
    return right / count


# %% wrong: wrong_value
def accuracy_interval(right, count):
    return 0.786, 0.957

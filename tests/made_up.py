"""Rules that nobody needs: some can be written, and those that cannot are refused."""

import math

import numpy as np

SCALE = 2 * math.sqrt(2)
ROUNDS = 0.5 * 3
WHOLE = float(round(2.5))


def of_loop(x):
    total = 0
    for x_i in x:
        total = total + x_i
    return total


def of_growing(x):
    total = 0
    for x_i in x:
        total += x_i
    return total


def of_while(z):
    while z > 1:
        z = z / 2
    return z


def of_branch(z):
    return z if z > 0 else -z


def of_truth(z):
    return 1 if z else 0


def of_growth(z):
    return np.expm1(z)


def of_whole(z):
    return WHOLE * z


def of_equality(z):
    return 1 if z == 0 else z


def of_numbers(x):
    return sum(n * x_i for n, x_i in enumerate(x))


def of_count(x):
    return sum(x_i for x_i in x) / len(x)


def of_smallest(x):
    return min(x_i for x_i in x)


def of_first(x):
    return x[0]


def of_numbered(x):
    return sum(n * x_i for n, x_i in zip(range(5), x, strict=False))


def of_start(x):
    return sum([x, 2 * x], x)


def of_ones_added(x):
    return sum(1 for _ in x)


def of_sameness(z):
    return z if z is of_start else -z


def of_square(a):
    return a**2


def of_share(a):
    return 1 / a


def of_ratio(a):
    return a / a


def of_row(a):
    return (a @ a).sum(axis=0)


def of_rows(a):
    return a * a.sum(axis=0)


def of_two_sums(w, x):
    return sum(w_k * x_i for w_k in w for x_i in x)


def of_longer_sum(x, z):
    return sum(term for terms in (x, (z,)) for term in terms)


def of_started_sum(x, z):
    return sum((x_i for x_i in x), z)


def of_sum_of_sums(y, x):
    return sum(x_i * sum(y_k for y_k in y) for x_i in x)


def of_filter(x):
    return sum(x_i for x_i in x if x_i > 0)


def of_inverse(w):
    return np.linalg.inv(w)


def of_sign(z):
    return np.sign(z)


def of_logarithm(z):
    return math.log(z)


def of_remainder(z):
    return z % 2


def of_entries_product(a, b):
    return a @ b


def of_axis(a):
    return a.sum(axis=1)


def of_slice(a):
    return a[1:]


def of_outer(a):
    return a[:, None]


def of_round(z):
    return round(z)


def of_match(z):
    match z:
        case 0:
            return 1
        case _:
            return z


def of_mean(a):
    return a.mean()


def of_largest(a):
    return np.max(a, initial=0)


def of_scale(z):
    return SCALE * z


def of_rounds(z):
    return ROUNDS * z


def of_recursion(z):
    return of_recursion(z / 2)


def of_unit(z):
    return z @ np.eye(z.shape[-1])


def of_two_less_unit(z):
    return z @ (2 - np.eye(z.shape[-1]))


def of_choice_of_others(z):
    return np.where(1 - np.eye(z.shape[-1]), z[..., None], 0)


def of_argmax(z):
    return np.argmax(z**2, axis=-1, keepdims=True)


def of_place(z):
    return np.take_along_axis(z, 0, axis=-1)


def of_count_compared(z):
    return np.where(np.arange(z.shape[-1]) == 1, z, 0)


def of_ones(z):
    return np.ones_like(z)


def of_choice(z):
    return np.where(z, 1 / z, 0)


def of_reversal(x):
    return sum(a * b for a, b in zip(reversed(list(x)), x, strict=True))


def of_first_gathered(x):
    first, *_ = tuple(x)
    return first

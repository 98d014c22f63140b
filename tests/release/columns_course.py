"""The files of a small whole course about the columns of a table."""

FILES = {
    "solutions/columns/problem.toml": """
        title = "Columns of a table"
        modules = ["columns.py"]
        provided = ["shapes.py"]
        notebook = "columns.nb.py"
        written = ["centring"]

        [[questions]]
        name = "column_means"
        title = "the mean of each column"
        objects = ["column_means"]

        [[questions]]
        name = "Scaler"
        title = "centre and scale"
        objects = ["Scaler"]
        needs = ["column_means"]

        [[questions]]
        name = "ranks"
        title = "ranks, if you like"
        objects = ["ranks"]
        optional = true
        """,
    "solutions/columns/handout.md": "# Columns\n\nA table $X$ has $N$ rows and $D$ columns.\n\n"
    "{{ grading }}\n",
    "solutions/columns/written/centring.md": """
        # why centre?

        Why is a table centred before it is scaled?
        One sentence is enough.

        ## Model answer

        The deviation is measured around the mean, so that scaling alone leaves an offset.

        ## Criteria

        - 1: says that the spread is taken around the mean
        - 1: says what happens to the offset without it
        """,
    "solutions/columns/shapes.py": '''
        """Provided: look at shapes."""


        def width(table):
            """Return the number of columns."""
            return len(table[0])
        ''',
    "solutions/columns/columns.py": '''
        """Means and scales of columns; "BEGIN SOLUTION" in a string is only text.

        Axes: N rows, D columns.
        """

        import numpy as np

        from shapes import width

        EPS = 1e-8  # keeps a constant column finite


        def column_means(x):
            """Return the mean of each column of `x` (N, D), of shape (D,).

            # BEGIN SOLUTION is a word here, not a marker.
            """
            if x.ndim != 2:
                raise ValueError("x must be a table")
            # BEGIN SOLUTION: add the rows up and divide (1 line)
            total = x.sum(axis=0)
            return total / x.shape[0]  # (D,)
            # END SOLUTION


        class Scaler:
            """Centre and scale columns as those of `x` (N, D)."""

            def __init__(self, x):
                self.means = column_means(x)
                # BEGIN SOLUTION: keep the standard deviation of each column (1 line)
                self.scales = np.sqrt(((x - self.means) ** 2).mean(axis=0)) + EPS
                # END SOLUTION

            def transform(self, x):
                """Return `x` centred and scaled, of the same shape."""
                # BEGIN SOLUTION: use both attributes (1 line)
                result = (x - self.means) / self.scales
                # END SOLUTION
                return result


        def ranks(x):
            """Return the rank of each entry of `x` (N,)."""
            # BEGIN SOLUTION: sort twice (1 line)
            return np.argsort(np.argsort(x))
            # END SOLUTION
        ''',
    "solutions/columns/columns.nb.py": """
        # %% [markdown]
        # # Columns
        # Run all cells from top to bottom.

        # %%
        import sys

        sys.path.insert(0, "..")
        from check import grader

        # %%
        # %matplotlib inline
        from columns import column_means
        import numpy as np

        # %%
        table = np.arange(6.0).reshape(3, 2)
        # BEGIN SOLUTION: show the means of the table
        print(column_means(table).round(2))
        # END SOLUTION

        # %%
        grader.check("column_means")

        # %% [markdown]
        # ## What do you see?
        # BEGIN SOLUTION: one sentence on the two numbers
        # The second mean is larger by exactly one than the first.
        # END SOLUTION
        """,
    "solutions/columns/mistakes/column_means.toml": """
        [[mistakes]]
        name = "rows_for_columns"
        title = "Rows for columns"
        block = "column_means"
        explanation = "You took the mean of each row; axis 0 is the one that goes away."
        edits = [
            { old = "x.sum(axis=0)", new = "x.sum(axis=1)" },
            { old = "x.shape[0]", new = "x.shape[1]" },
        ]
        """,
    "solutions/columns/mistakes/Scaler.toml": """
        [[mistakes]]
        name = "variance_for_deviation"
        title = "Variance for deviation"
        block = "Scaler"
        explanation = "The square root is missing, so these are variances."

        [[mistakes.edits]]
        old = "np.sqrt(((x - self.means) ** 2).mean(axis=0)) + EPS"
        new = "((x - self.means) ** 2).mean(axis=0) + EPS * np.ones(1)"
        """,
    "solutions/columns/questions/column_means.py": '''
        """Cases for the means; the hidden ones use random tables."""

        import numpy as np
        from checks import test_case

        from checks import expect_close, expect_shape, rng

        OK_FORMAT = False
        name = "column_means"

        # a table whose means are plain to see
        TABLE = np.array([[1.0, 2.0], [3.0, 6.0]])
        WIDE = (4, 17)  # only the hidden case draws it


        def small_table():
            """Return a copy of the table."""
            return TABLE.copy()


        def oracle(table):
            """Average each column by itself."""
            return np.array([sum(column) / len(column) for column in table.T])


        @test_case(points=1, hidden=False, failure_message="There is one mean for each column.")
        def has_one_mean_for_each_column(column_means):
            expect_shape(column_means(small_table()), (2,), "the means", "(D,)")  # D = 2


        @test_case(points=0.5, hidden=False, failure_message="These means are wrong.")
        def is_right_for_a_small_table(column_means):
            means = column_means(TABLE)
            assert means[0] == 2.0, f"the first mean is {means[0]}, but it should be 2"
            assert means[1] == 4.0


        @test_case(
            points=1.5,
            hidden=True,
            failure_message="The means of a random table are wrong: which axis goes "
            "away when you add up the rows?",
        )
        def agrees_with_a_loop_over_columns(column_means):
            table = rng("table").normal(size=WIDE)
            expect_close(column_means(table), oracle(table), rtol=1e-9)
        ''',
    "solutions/columns/questions/Scaler.py": '''
        """Cases for the scaler."""

        import numpy as np
        from checks import test_case

        from checks import expect_close, rng

        OK_FORMAT = False
        name = "Scaler"


        @test_case(points=1, hidden=False, failure_message="Scaled columns have mean zero.")
        def centres_the_columns(Scaler):
            table = rng().normal(3, 2, size=(20, 3))
            expect_close(Scaler(table).transform(table).mean(axis=0), np.zeros(3), atol=1e-6)


        @test_case(points=2, hidden=True, failure_message="Scaled columns lack deviation one.")
        def gives_unit_deviation_to_columns(Scaler):
            table = rng().normal(3, 2, size=(20, 3))
            expect_close(Scaler(table).transform(table).std(axis=0), np.ones(3), atol=1e-4)
        ''',
    "solutions/columns/questions/oracle.py": '''
        """What only hidden cases use."""


        def spread(table):
            """Return the deviation of each column, by its definition."""
            return [(sum((v - sum(c) / len(c)) ** 2 for v in c) / len(c)) ** 0.5 for c in table.T]
        ''',
    "solutions/columns/questions/ranks.py": '''
        """Cases for the ranks: none is public."""

        import numpy as np
        from checks import test_case

        OK_FORMAT = False
        name = "ranks"


        @test_case(points=1, hidden=True, failure_message="The ranks of distinct numbers are off.")
        def orders_three_distinct_numbers(ranks):
            assert list(ranks(np.array([3.0, 1.0, 2.0]))) == [2, 0, 1]
        ''',
    "autograder/assignments/hw1.toml": """
        title = "Homework 1"

        [[problems]]
        name = "columns"
        points = 14
        questions = { centring = 2 }

        [hand_in]
        archive = "hw1-<login>.zip"
        max_size_mb = 1
        """,
}

"""The student package as it is released: with every handout as HTML and as PDF too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from autograder.course import Assignment, Course
from autograder.release.package_tree import assignment_tree
from autograder.release.student import Tree
from autograder.report.page import Page, htmls, pdfs

Pages = dict[str, Page]  # by the path of each page in its package, without the suffix


def student_package(course: Course, assignment: Assignment) -> Tree:
    """Return every file of the student package by its path."""
    tree = assignment_tree(course, assignment)
    (pages,) = set_pages(handouts(assignment, tree))
    return dict(sorted((tree | pages).items()))


def handouts(assignment: Assignment, tree: Tree) -> Pages:
    """Return the handouts of an assignment as the files of its package, ``tree``, state them."""
    return {
        f"{entry.problem.name}/handout": Page(
            entry.problem.title, assignment.title,
            tree[f"{entry.problem.name}/handout.md"].decode(), entry.problem.folder,
        )
        for entry in assignment.entries
    }  # fmt: skip


def set_pages(*packages: Pages) -> list[Tree]:
    """Return for each package its pages as HTML and as PDF; all are set together."""
    pages = [page for package in packages for page in package.values()]
    with ThreadPoolExecutor(max_workers=1) as pool:
        as_html = pool.submit(htmls, pages)
        as_pdf = pdfs(pages)
    both = iter(zip(as_html.result(), as_pdf, strict=True))
    trees: list[Tree] = []
    for package in packages:
        trees.append({})
        for name, (html, pdf) in zip(package, both, strict=False):
            trees[-1] |= {f"{name}.html": html, f"{name}.pdf": pdf}
    return trees

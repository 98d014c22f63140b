"""The student package as it is released: with every handout as HTML and as PDF too."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from autograder.course import Assignment, Course
from autograder.release.package_tree import assignment_tree
from autograder.release.student import Tree
from autograder.report.page import Page, html, pdfs


def student_package(course: Course, assignment: Assignment) -> Tree:
    """Return every file of the student package by its path."""
    tree = assignment_tree(course, assignment)
    pages = {
        f"{entry.problem.name}/handout": Page(
            entry.problem.title, assignment.title,
            tree[f"{entry.problem.name}/handout.md"].decode(), entry.problem.folder,
        )
        for entry in assignment.entries
    }  # fmt: skip
    return dict(sorted((tree | set_pages(pages)).items()))


def set_pages(pages: dict[str, Page]) -> Tree:
    """Return each page as HTML and as PDF, by its path without the suffix."""
    with ThreadPoolExecutor() as pool:
        as_html = pool.map(html, pages.values())
        as_pdf = pdfs(list(pages.values()))
    tree = {f"{name}.html": content for name, content in zip(pages, as_html, strict=True)}
    return tree | {f"{name}.pdf": content for name, content in zip(pages, as_pdf, strict=True)}

"""`onbeat store export` and `import`: a film with all it needs, as one file."""

from __future__ import annotations

import argparse

from services.gateway.store_access import Store, held, opened_store
from services.gateway.store_words import Stages, said_bytes
from shared.archive import FilmArchive
from shared.film_export import contents_of, export_film
from shared.film_import import FilmImport
from shared.settings import Settings


def export(options: argparse.Namespace) -> int:
    """Write a film into an archive."""
    with opened_store(Settings.from_environment()) as store:
        film = store.film(options.film)
        with held(store, film.build, film.inspection), Stages() as stages:
            contents = contents_of(store.database, store.blobs, film)
            export_film(
                contents,
                store.blobs,
                options.out,
                lambda done, total: stages.show("Writing", done, total),
            )
    print(f"{options.out}: film {film.name}, {_said(contents)}")
    return 0


def import_(options: argparse.Namespace) -> int:
    """Take a film out of an archive into the store, and into a folder if one is named."""
    settings = Settings.from_environment()
    if options.out is not None:
        _write_folder_from(settings, options)
        return 0
    with opened_store(settings, is_new=True) as store:
        contents = _import(store, options)
    name = contents.build.short
    print(f"film {name} is in the store: {_said(contents)}")
    print(f"for a folder to watch and edit: onbeat store import {options.archive} -o OUT")
    return 0


def _write_folder_from(settings: Settings, options: argparse.Namespace) -> None:
    from services.gateway.film_folder import staged_folder
    from services.gateway.interruption import interruptible
    from services.gateway.store_folder import write_folder

    with staged_folder(options.out) as folder:
        with opened_store(settings, is_new=True) as store:
            contents = _import(store, options)
        interruptible(write_folder(settings, contents.build, folder))
    print(f"{options.out}: film {contents.build.short}, {_said(contents)}")


def _import(store: Store, options: argparse.Namespace) -> FilmArchive:
    with held(store), Stages() as stages:
        work = FilmImport(store.database, store.blobs, store.settings.store)
        return work.run(options.archive, stages.show, with_results=not options.without_results)


def _said(contents: FilmArchive) -> str:
    return (
        f"{len(contents.blobs)} blobs ({said_bytes(contents.size_bytes)}), "
        f"{len(contents.results)} results of actions"
    )

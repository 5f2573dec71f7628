"""Declares the native recorder as optional: without a C compiler the probe installs with its Python recorder."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension(
            "asv_bench_tailgate._recorder",
            ["asv_bench_tailgate/_recorder.pyx"],
            extra_compile_args=["-O2"],
            optional=True,  # a failed compilation is a warning; each record says which recorder made it
        )
    ]
)

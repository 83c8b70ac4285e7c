# The commands of this house. `make` alone lists them.
.DEFAULT_GOAL := help
.PHONY: help setup demo test check soak bench lint locks licences clean
SHELL := /bin/sh

PORT ?= 8000
VENV := .venv
PY   := $(VENV)/bin/python
# Two workers; PYTEST adds arguments, as in: make test PYTEST="-k clock"
PYTEST ?=
WORKERS ?= 2

help:
	@printf '%s\n' \
	  '公开 gongkai：政务公开工作平台' \
	  '' \
	  '  make setup     准备运行环境，只需 python3.11 以上    set up everything it needs' \
	  '  make demo      装载演示单位并启动，可设 PORT=8000    load the demo bureau and serve it' \
	  '  make test      快速测试，约两分钟                    the fast tests: no root, no browser' \
	  '  make check     完整检查：规范、PostgreSQL、浏览器    lint, PostgreSQL, browser, licences' \
	  '  make soak      中断、并发、负载                      kills, concurrent clerks, load' \
	  '  make bench     速度对比表                            the benchmark table' \
	  '  make licences  重新生成 THIRD_PARTY.md               write the third-party list again' \
	  '  make locks     按 requirements/*.in 重新锁定依赖     lock the requirements again' \
	  '  make clean     清除测试与缓存，不动 var/ 的数据      remove caches, never var/' \
	  '' \
	  '装好以后：.venv/bin/gongkai --help'

setup:
	@tools/setup core

demo: setup
	@PORT=$(PORT) $(VENV)/bin/gongkai demo --serve

test:
	@tools/setup dev
	@$(PY) -m pytest -n $(WORKERS) --dist loadfile -m "not slow and not browser and not postgres and not soak" $(PYTEST)

check: lint
	@tools/check

lint:
	@tools/setup check
	@tools/lint

soak:
	@tools/setup dev
	@$(PY) -m pytest -m soak -s $(PYTEST)

bench:
	@tools/setup dev
	@$(PY) -m benchmarks

licences:
	@tools/setup check
	@$(PY) tools/licences --write

locks:
	@tools/setup core
	@tools/locks

clean:
	@rm -rf .test .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache build dist
	@find gongkai tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

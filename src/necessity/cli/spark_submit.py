"""What spark-submit runs: `necessity` itself, on the cluster that spark-submit was told.

`spark-submit --master yarn … spark_submit.py adjudicate TABLES -o OUT --engine spark`, with the path of this file.
"""

from necessity.cli.main import main

if __name__ == "__main__":
    main()

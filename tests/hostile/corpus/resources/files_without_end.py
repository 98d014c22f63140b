"""Fill the scratch folder with files and folders.

outcome: error
"""

import os

for number in range(10**7):
    os.makedirs(f"/tmp/{number}/{number}")

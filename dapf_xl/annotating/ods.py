class Workbook:
    pass

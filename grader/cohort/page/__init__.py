"""The report about a class: one HTML page with all its data in it. It needs no network.

data       what the page shows, as plain data
html       the page around it
index      the page over all reports in a folder
style      the look of both pages, as text
page.css   its look
page.js    its tables, and the page of each student, made in the browser from the data
"""

"""What leaves the server: signed bundles, results, papers and files for the livret."""
